import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openBrowser, problemsOf } from '../../test/e2e/browser.ts'
import { suite } from '../../test/needs.ts'
import { freshenWeb } from '../../tools/web-build.ts'
import { type Look, picture, signedInPage } from './browser-page.ts'
import { FixtureHouse } from './fixture-house.ts'

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    services: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          command: { type: 'array' },
          restart: { enum: ['no', 'always'], description: 'When it ends by itself.' },
          requires: { type: 'array' },
          stop: { type: 'object', properties: { signal: { type: 'string' } } },
        },
      },
    },
  },
}
const problems = [
  { line: 4, column: 5, path: 'services.clock.command', message: 'sh hides signals.', severity: 'warning' },
  { line: 5, column: 16, path: 'services.clock.directory', message: '/tmp is not there.', severity: 'error' },
]
const looks: readonly Look[] = [
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
  { theme: 'light', width: 320 },
]

suite('the editor in Chromium', ['chromium'], () => {
  let browser: Browser
  let house: FixtureHouse
  let context: BrowserContext
  let errors: string[]

  beforeAll(async () => {
    await freshenWeb()
    browser = await openBrowser()
    house = new FixtureHouse()
    house.server.on('stacks.examples', () => ({ items: [] }))
    house.server.on('stacks.validate', ({ source }) => ({
      ok: false,
      format: 'wheelhouse',
      name: 'my-stack',
      services: ['clock'],
      problems: String(source).includes('directory: /tmp\n') ? problems : [],
      needs: [],
    }))
    await house.server.listen()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    house?.close()
  })
  afterEach(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  async function open(look: Look, answer: object | null = schema): Promise<Page> {
    const opened = await signedInPage(browser, house.server.url, look)
    context = opened.context
    errors = opened.errors
    await opened.page.route('**/schema/wheelhouse.json', (route) =>
      answer
        ? route.fulfill({ contentType: 'application/schema+json', body: JSON.stringify(answer) })
        : route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
    )
    await opened.page.goto('/stacks/new')
    await opened.page.locator('.cm-content').waitFor()
    await opened.page.getByRole('button', { name: /line 5/ }).waitFor()
    return opened.page
  }
  const textOf = async (page: Page): Promise<string> =>
    (await page.locator('.cm-line').allInnerTexts()).map((line) => line.replace(/^\n$/, '')).join('\n')
  const offers = (page: Page) => page.locator('.cm-tooltip-autocomplete')
  const focused = (page: Page): Promise<string> => page.evaluate<string>('document.activeElement.textContent')

  test.each(looks)('is clean by axe with marks and with a list open: $theme, $width px', async (look) => {
    const page = await open(look)
    await page.locator('.cm-line.cm-bad').waitFor()
    expect(await page.locator('.cm-line.cm-warn').innerText()).toContain('command')
    expect(await problemsOf(page)).toEqual([])
    await page.getByRole('button', { name: /line 5/ }).click()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('re')
    await offers(page)
      .getByRole('option', { name: /restart/ })
      .waitFor()
    await picture(page, `editor-${look.theme}-${look.width}`)
    expect(await problemsOf(page)).toEqual([])
    const size = await page.evaluate("getComputedStyle(document.querySelector('.cm-content')).fontSize")
    expect(size).toBe(look.width < 768 ? '16px' : '12px')
  })

  test('a problem leads to its place, keys and values are completed, and each step can be undone', async () => {
    const page = await open(looks[0]!)
    const before = await textOf(page)
    await page.getByRole('button', { name: /line 5/ }).click()
    expect(await page.evaluate('String(getSelection())')).toBe('/tmp')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('rest')
    await offers(page)
      .getByRole('option', { name: /restart/ })
      .waitFor()
    await page.waitForTimeout(150) // what has just come up takes no key yet
    await page.keyboard.press('Enter')
    await offers(page).getByRole('option', { name: 'always' }).waitFor()
    expect(await offers(page).getByRole('option').allInnerTexts()).toEqual(['always', 'no'])
    await page.waitForTimeout(150)
    await page.keyboard.press('Enter')
    expect(await textOf(page)).toContain('directory: /tmp\n    restart: always\n')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Space')
    await offers(page).getByRole('option', { name: /stop/ }).waitFor()
    // What the service has already is not offered again.
    expect((await offers(page).getByRole('option').allInnerTexts()).map((each) => each.split('\n')[0])).toEqual([
      'requires',
      'stop',
    ])
    await page.keyboard.press('Escape')
    for (let step = 0; step < 12; step++) await page.keyboard.press('Control+z')
    expect(await textOf(page)).toBe(before)
    await page.keyboard.press('Control+y')
    expect(await textOf(page)).not.toBe(before)
  })

  test('Tab indents, and leaves after Escape for as long as nothing else is pressed', async () => {
    const page = await open(looks[1]!)
    await page.getByRole('button', { name: /line 5/ }).click()
    await page.keyboard.press('Home')
    await page.keyboard.press('Tab')
    expect(await textOf(page)).toContain('\n      directory: /tmp')
    await page.keyboard.press('Escape')
    expect(await page.locator('.cm-announced').innerText()).toContain('Tab now moves on.')
    await page.waitForTimeout(2_500) // longer than the editor itself would wait
    await page.keyboard.press('Tab')
    expect(await focused(page)).not.toContain('my-stack')
    await page.keyboard.press('Shift+Tab')
    expect(await focused(page)).toContain('my-stack')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+Tab')
    expect(await focused(page)).not.toContain('my-stack')
  })

  test('a problem tells itself at its mark, and by F8', async () => {
    const page = await open(looks[0]!)
    await page.locator('.cm-lint-marker-error').hover()
    await page.locator('.cm-tooltip-lint', { hasText: '/tmp is not there.' }).waitFor()
    await page.mouse.move(0, 0)
    await page.locator('.cm-tooltip-lint').waitFor({ state: 'detached' })
    await page.locator('.cm-content').focus()
    await page.keyboard.press('F8')
    await page.locator('.cm-tooltip-lint', { hasText: 'sh hides signals.' }).waitFor()
  })

  test('without a schema nothing is offered, and writing goes on', async () => {
    const page = await open(looks[0]!, null)
    await page.getByRole('button', { name: /line 5/ }).click()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('restart: always', { delay: 5 })
    await expect.poll(() => textOf(page)).toContain('    restart: always\n')
    expect(await offers(page).getByRole('option').count()).toBe(0)
  })
})
