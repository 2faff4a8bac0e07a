import type { Browser, Page } from 'playwright-core'
import { Failure } from '@wheelhouse/contract'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openBrowser, problemsOf } from '../../test/e2e/browser.ts'
import { suite } from '../../test/needs.ts'
import { freshenWeb } from '../../tools/web-build.ts'
import { picture, signedInPage } from './browser-page.ts'
import { FixtureHouse } from './fixture-house.ts'

const looks = [
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
  { theme: 'light', width: 320 },
] as const
const pages: readonly (readonly [name: string, path: string])[] = [
  ['logs', '/logs'],
  ['logs-found', '/logs?q=reserve&range=all'],
  ['log-patterns', '/logs/patterns'],
  ['live-logs', '/logs/live'],
  ['kept-logs', '/logs/kept'],
  ['kept-log', '/logs/kept/kept-3'],
]

suite('kept logs in Chromium', ['chromium'], () => {
  let browser: Browser
  let house: FixtureHouse
  let page: Page
  let errors: string[]
  let close: () => Promise<void>

  beforeAll(async () => {
    await freshenWeb()
    browser = await openBrowser()
  }, 120_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    house = new FixtureHouse()
    house.socket.tail = house.keptLines.lines.slice(-60).map(({ sourceId: _, ...line }) => ({ ...line, kind: 'line' }))
    await house.server.listen()
    const opened = await signedInPage(browser, house.server.url, looks[0])
    page = opened.page
    errors = opened.errors
    close = () => opened.context.close()
  })
  afterEach(async () => {
    await close()
    house.close()
  })
  const lines = () => page.locator('.found-list .log-line')
  const chosen = () => page.locator('.found-list .log-line.sel')
  const panel = () => page.getByRole('complementary', { name: 'Line' })
  const expectPage = (ask: () => Promise<unknown>) => expect.poll(ask, { timeout: 30_000 })
  const asked = () => house.server.calls('logHistory.search').at(-1)

  for (const look of looks)
    test(`the pages at ${look.width} px, ${look.theme}`, async () => {
      const opened = await signedInPage(browser, house.server.url, look)
      try {
        for (const [name, path] of pages) {
          await opened.page.goto(path)
          await opened.page.locator('.log-line, [role=table], [role=row]').first().waitFor()
          expect(await problemsOf(opened.page), name).toEqual([])
          await picture(opened.page, `${name}-${look.theme}-${look.width}`)
        }
        expect(opened.errors.filter((each) => !/WebSocket|ERR_/.test(each))).toEqual([])
      } finally {
        await opened.context.close()
      }
    })

  test('what is typed and chosen is asked for, and stands in the address', async () => {
    await page.goto('/logs')
    await lines().first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('reserve stock')
    await page.keyboard.press('Enter')
    await expectPage(async () => asked()?.q).toBe('reserve stock')
    await page.getByRole('radio', { name: 'Letters' }).click()
    await expectPage(async () => asked()?.contains).toBe('reserve stock')
    await page.getByRole('button', { name: /^error/ }).click()
    await expectPage(async () => asked()?.level).toBe('error,fatal')
    await page.getByRole('button', { name: /^Services/ }).click()
    await page.getByRole('checkbox', { name: /shop-worker/ }).check()
    await expectPage(async () => asked()?.service).toBe('shop-worker')
    expect(new URL(page.url()).search).toBe('?q=reserve+stock&mode=letters&service=shop-worker&level=error%2Cfatal')
    await page.reload()
    await page.locator('mark').first().waitFor()
    expect(asked()).toMatchObject({ contains: 'reserve stock', level: 'error,fatal', service: 'shop-worker' })
  })

  test('lines are walked and opened by key; the panel shows what was said around them', async () => {
    await page.goto('/logs')
    await lines().first().waitFor()
    for (const key of ['j', 'j', 'j', 'Enter']) await page.keyboard.press(key)
    await panel().locator('.said').waitFor()
    await expectPage(() => chosen().getAttribute('data-position')).toBe(new URL(page.url()).searchParams.get('line'))
    await expectPage(() => panel().locator('.log-line').count()).toBeGreaterThan(30)
    await page.keyboard.press('e')
    await expectPage(() => panel().locator('.said').textContent()).toMatch(/^TimeoutError/)
    const link = await chosen().locator('a').getAttribute('href')
    await page.keyboard.press('Escape')
    await expectPage(() => panel().count()).toBe(0)
    await page.goto(link ?? '')
    await expectPage(() => panel().locator('.said').textContent()).toMatch(/^TimeoutError/)
    expect(new URL(page.url()).searchParams.get('since')).not.toBeNull()
  })

  test('a trace is folded beneath its first line, unless the search may leave out parts of it', async () => {
    await page.goto('/logs')
    await page.getByRole('button', { name: '2 more lines' }).first().click()
    await expectPage(() => page.locator('.log-line.beneath').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('src/stock/reserve.ts:88')]),
    )
    await page.goto('/logs?q=src')
    await page.locator('mark').first().waitFor()
    expect(await page.locator('.fold').count()).toBe(0)
  })

  test('all pages come as one scrolls, and the page does not grow with them', async () => {
    await page.goto('/logs?range=all')
    await lines().first().waitFor()
    await vi.waitFor(
      async () => {
        await page.locator('.found-list').evaluate((list) => (list.scrollTop = list.scrollHeight))
        expect(await page.locator('.found-status').textContent()).toContain(
          `${house.keptLines.lines.length.toLocaleString('en-US')} lines`,
        )
        expect(await page.getByText('That is all').count()).toBe(1)
      },
      { timeout: 60_000, interval: 100 },
    )
    expect(await lines().count()).toBeLessThan(100)
  })

  test('many services are followed live, paused while lines are taken in, and each leads to its place', async () => {
    await page.goto('/logs/live')
    await page.locator('.log .log-line').first().waitFor()
    expect(await page.locator('.log .log-line .source').allTextContents()).toEqual(
      expect.arrayContaining(['shop-api', 'shop-worker']),
    )
    await page.keyboard.press('Space')
    await page.getByText('Paused, lines are taken in').waitFor()
    const [line] = house.socket.tail
    house.socket.pushTail(
      { ...line!, at: new Date().toISOString(), text: 'while it is paused' } as typeof line & object,
      { kind: 'missed', at: new Date().toISOString(), serviceId: 'local:x', service: 'shop-api', lines: 1_234 },
    )
    await page.getByRole('button', { name: /2 new lines/ }).click()
    await page.getByText('while it is paused').waitFor()
    await page.getByText('1,234 lines of shop-api came too fast to be shown live').waitFor()
    expect(await page.locator('.found-status').textContent()).toContain('1,234 missed')
    await page.getByRole('button', { name: /^error/ }).click()
    await expectPage(async () => new URL(page.url()).searchParams.get('level')).toBe('error,fatal')
    await page.locator('.log .log-line a').first().click()
    await expectPage(() => panel().locator('.said').count()).toBe(1)
  })

  test('patterns say what is new and lead to a line of theirs; a line is marked with a note', async () => {
    await page.goto('/logs/patterns')
    await page.getByText('POST /v2/checkout <*>').waitFor()
    await page.getByLabel('Shapes').selectOption('new')
    await expectPage(() => page.getByText('POST /v2/checkout <*>').count()).toBe(0)
    await page.getByText('TimeoutError: reserve stock failed, order <*>').click()
    await panel().getByText('read as json').waitFor()
    await panel().getByText('/v2/checkout').first().waitFor()
    await page.keyboard.press('m')
    await page.getByRole('dialog').getByRole('textbox').fill('look at this')
    await page.getByRole('button', { name: 'Mark the line' }).click()
    await panel().getByRole('button', { name: 'Marked' }).waitFor()
    await page.goto('/logs/marks')
    await page.getByText('look at this').waitFor()
    await page.getByRole('button', { name: 'Change the note' }).click()
    await page.getByRole('button', { name: 'Take the mark off' }).click()
    await page.getByText('You have marked no line yet.').waitFor()
  })

  test('lines that are missing are told between those that are there; the last crash is one step away', async () => {
    await page.goto('/logs')
    await page.getByText(/Lines of shop-api from .* are missing: its target no longer had them/).waitFor()
    await page.getByRole('button', { name: 'Last crash' }).click()
    await expectPage(async () => asked()?.service).toBe('kept-3')
    expect(house.server.calls('logHistory.lives').at(-1)).toMatchObject({ outcome: 'crashed', limit: 1 })
  })

  test('a stretch of the chart is chosen by drawing over it', async () => {
    await page.goto('/logs?range=6h')
    const box = await page.locator('.u-over').boundingBox()
    const [left, top] = [box?.x ?? 0, (box?.y ?? 0) + 20]
    await page.mouse.move(left + (box?.width ?? 0) * 0.8, top)
    await page.mouse.down()
    await page.mouse.move(left + (box?.width ?? 0) * 0.9, top, { steps: 4 })
    await page.mouse.up()
    await expectPage(async () => new URL(page.url()).searchParams.get('until')).not.toBeNull()
    const { since, until } = Object.fromEntries(new URL(page.url()).searchParams)
    expect((Date.parse(until ?? '') - Date.parse(since ?? '')) / 60_000).toBeCloseTo(36, -1)
    await expectPage(async () => asked()?.since).toBe(since)
  })

  test('a search that finds nothing, is no pattern, or takes too long says what to do', async () => {
    await page.goto('/logs?q=elephants')
    await page.getByRole('button', { name: 'Search all that is kept' }).click()
    await page.getByText('No line has "elephants".').waitFor()
    await page.goto('/logs?mode=pattern&q=(a')
    await page.getByText(/This is no pattern yet/).waitFor()
    house.keptLines.isSlow = true
    await page.goto('/logs?mode=pattern&q=a.*b')
    await page.getByText('The search took too long').waitFor({ timeout: 60_000 })
    house.keptLines.isSlow = false
    await page.getByRole('button', { name: /Search for words/ }).click()
    await page.getByText('No line has "a.*b".').waitFor()
  })

  test('what is kept of a service is forgotten once its name is typed', async () => {
    await page.goto('/logs/kept')
    await page.getByRole('button', { name: 'Forget what is kept of shop-mailer' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/4,212 lines/).waitFor()
    expect(await dialog.getByRole('button', { name: 'Forget shop-mailer' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('shop-mailer')
    await dialog.getByRole('button', { name: 'Forget shop-mailer' }).click()
    await expectPage(() => page.getByRole('link', { name: 'shop-mailer' }).count()).toBe(0)
    expect(house.server.calls('logHistory.forget')).toEqual([{ id: 'kept-3' }])
  })

  test('the lives of a service that is gone lead to its last words', async () => {
    house.server.on('services.get', () => {
      throw new Failure('NOT_FOUND', 'There is no service "local:shop-mailer".')
    })
    await page.goto('/services/local:shop-mailer')
    await page.getByRole('link', { name: 'Kept lines and lives of shop-mailer' }).click()
    await page.getByText('Killed for memory').waitFor()
    await page.getByRole('link', { name: 'Last words' }).first().click()
    await expectPage(async () => asked()?.service).toBe('kept-3')
    expect(asked()?.until).toBeDefined()
    expect(errors.filter((each) => !/WebSocket|ERR_|404/.test(each))).toEqual([])
  })
})
