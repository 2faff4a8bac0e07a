import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBrowser, problemsOf } from '../../test/e2e/browser.ts'
import { adminPassword, openTestHouse, type TestHouse } from '../../test/fixtures/house.ts'
import { suite } from '../../test/needs.ts'
import { freshenWeb } from '../../tools/web-build.ts'
import { picture, signedInPage } from './browser-page.ts'

const patience = { timeout: 60_000, interval: 200 }
const looks = [
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
  { theme: 'light', width: 320 },
] as const

suite('dashboards, timeline and crashes in Chromium', ['chromium'], () => {
  let browser: Browser
  let house: TestHouse
  let crash: string
  let board: string
  let service: string

  beforeAll(async () => {
    await freshenWeb()
    browser = await openBrowser()
    house = await openTestHouse({
      env: {
        WHEELHOUSE_LOG_HISTORY: 'true',
        WHEELHOUSE_METRICS_HISTORY: 'true',
        WHEELHOUSE_METRICS_INTERVAL_MS: '1000',
      },
    })
    await apply(
      'shop',
      `  web:\n    command: ${shell('while true; do echo "INFO order taken"; echo "WARN slow answer"; sleep 1; done')}\n` +
        `  mailer:\n    command: ${shell('echo "INFO begins"; echo "ERROR no mail server"; echo "    at send (mail.js:4)"; sleep 1; exit 3')}`,
    )
    const { items } = await house.admin.services.list({ stack: 'shop' })
    service = items.find(({ stackService }) => stackService === 'web')!.id
    await vi.waitFor(async () => {
      const found = await house.admin.crashes.list({ stack: 'shop' })
      expect(found.items).toHaveLength(1)
      crash = found.items[0]!.id
      expect((await house.admin.crashes.get({ id: crash })).lines.length).toBeGreaterThan(2)
    }, patience)
    const { items: templates } = await house.admin.dashboards.templates({ stack: 'shop' })
    board = (await house.admin.dashboards.import({ file: templates[0]!.file, shared: true })).id
    await house.admin.dashboards.import({ file: { ...templates[4]!.file, name: 'Shop' } })
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await house?.close()
  }, 60_000)

  const shell = (script: string): string => JSON.stringify(['sh', '-c', script])
  const apply = async (name: string, services: string): Promise<void> => {
    const source = `name: ${name}\nservices:\n${services}`
    const { id } = await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
    await vi.waitFor(async () => expect((await house.admin.jobs.get({ id })).finishedAt).not.toBeNull(), patience)
  }
  async function open(look: (typeof looks)[number]) {
    const opened = await signedInPage(browser, house.url, look)
    await opened.page.goto('/login')
    await opened.page.locator('input[autocomplete=username]').fill('admin')
    await opened.page.locator('input[autocomplete=current-password]').fill(adminPassword)
    await opened.page.keyboard.press('Enter')
    await opened.page.locator('#main').waitFor({ timeout: 30_000 })
    opened.errors.length = 0
    return opened
  }
  const shown: readonly (readonly [name: string, path: () => string, seen: (page: Page) => Promise<unknown>])[] = [
    ['dashboards', () => '/dashboards', (page) => page.getByRole('table', { name: 'Dashboards' }).waitFor()],
    ['dashboard', () => `/dashboards/${board}`, (page) => page.locator('.widget .marks').first().waitFor()],
    ['crashes', () => '/crashes', (page) => page.getByRole('table', { name: 'Crashes' }).waitFor()],
    ['crash', () => `/crashes/${crash}`, (page) => page.getByRole('log', { name: 'Last words' }).waitFor()],
    [
      'timeline',
      () => `/services/${encodeURIComponent(service)}/timeline?range=15m&compare=before`,
      (page) => page.locator('.axis-lane').first().waitFor(),
    ],
    [
      'service-crashes',
      () => `/services/${encodeURIComponent(service)}/crashes`,
      (page) => page.getByText('No crash is known').waitFor(),
    ],
  ]

  for (const look of looks)
    test(`the pages at ${look.width} px, ${look.theme}`, async () => {
      const { page, context, errors } = await open(look)
      try {
        for (const [name, path, seen] of shown) {
          await page.goto(path())
          await seen(page)
          await page.waitForLoadState('networkidle')
          expect(await problemsOf(page), name).toEqual([])
          const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
          expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0)
          await picture(page, `${name}-${look.width}-${look.theme}`)
        }
        expect(errors).toEqual([])
      } finally {
        await context.close()
      }
    }, 180_000)

  test('a board is made of a template, moved and sized by keys, taken back, and saved', async () => {
    const { page, context } = await open(looks[0])
    try {
      await page.goto('/dashboards')
      await page.getByRole('button', { name: /New dashboard/ }).click()
      await page.getByLabel('Begin with', { exact: true }).selectOption('on-call')
      await page.getByLabel('Name', { exact: true }).fill('Night')
      await page.getByRole('button', { name: 'Make dashboard' }).click()
      await page.getByRole('heading', { level: 1, name: 'Night' }).waitFor()
      await page.keyboard.press('e')
      const first = page.locator('.widget').first()
      await first.focus()
      await page.keyboard.press('Shift+ArrowDown')
      await expect.poll(() => first.getAttribute('style'), patience).toMatch(/span 3/)
      await page.getByRole('button', { name: 'Undo' }).first().click()
      await expect.poll(() => first.getAttribute('style'), patience).not.toMatch(/span 3;.*span 3/)
      await page
        .getByRole('button', { name: /Add widget/ })
        .first()
        .click()
      await page.getByRole('button', { name: /^Text/ }).click()
      await page
        .getByLabel('Text', { exact: true })
        .fill('# Hello\n\n<img src=x onerror="window.broken=1"> [x](javascript:alert(1))')
      await picture(page, 'widget-dialog-1440-dark')
      await page.getByRole('button', { name: 'Add widget', exact: true }).click()
      await picture(page, 'dashboard-editing-1440-dark')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByRole('button', { name: 'Edit', exact: false }).first().waitFor()
      const { widgets } = await house.admin.dashboards.get({ id: 'Night' })
      expect(widgets.at(-1)!.spec).toMatchObject({ kind: 'markdown' })
      expect(await page.locator('.markdown h3').textContent()).toBe('Hello')
      expect(await page.locator('.markdown img, .markdown a').count()).toBe(0)
      expect(await page.evaluate<boolean>('"broken" in window')).toBe(false)
    } finally {
      await context.close()
    }
  }, 120_000)

  test('a widget is dragged and sized with the pointer; a change of somebody else is not written over', async () => {
    const { page, context } = await open(looks[1])
    try {
      const made = await house.admin.dashboards.create({
        name: 'Dragged',
        widgets: [
          { id: 'a', title: 'First', place: { x: 0, y: 0, w: 6, h: 3 }, spec: { kind: 'markdown', text: 'a' } },
          { id: 'b', title: 'Second', place: { x: 0, y: 3, w: 6, h: 3 }, spec: { kind: 'markdown', text: 'b' } },
        ],
      })
      await page.goto(`/dashboards/${made.id}?edit=1`)
      const head = page.locator('.widget-head', { hasText: 'Second' })
      const from = (await head.boundingBox())!
      await page.mouse.move(from.x + 60, from.y + 12)
      await page.mouse.down()
      await page.mouse.move(from.x + 60 + 640, from.y - 200, { steps: 8 })
      await page.mouse.up()
      const corner = page.getByRole('button', { name: 'Size First' })
      const at = (await corner.boundingBox())!
      await page.mouse.move(at.x + 8, at.y + 8)
      await page.mouse.down()
      await page.mouse.move(at.x + 8, at.y + 8 + 140, { steps: 6 })
      await page.mouse.up()
      await house.admin.dashboards.update({ id: made.id, version: 1, description: 'somebody was here' })
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('admin changed Dragged').waitFor()
      await page.getByRole('button', { name: 'Save mine as another' }).click()
      await page.getByRole('heading', { level: 1, name: 'Dragged (mine)' }).waitFor()
      const { widgets } = await house.admin.dashboards.get({ id: 'Dragged (mine)' })
      expect(widgets.find(({ id }) => id === 'b')!.place.x).toBe(6)
      expect(widgets.find(({ id }) => id === 'b')!.place.y).toBe(0)
      expect(widgets.find(({ id }) => id === 'a')!.place.h).toBe(5)
      expect((await house.admin.dashboards.get({ id: made.id })).widgets[1]!.place).toEqual({ x: 0, y: 3, w: 6, h: 3 })
    } finally {
      await context.close()
    }
  }, 120_000)

  test('on a wall nothing scrolls, boards take turns by key, and it comes back by itself', async () => {
    const { page, context } = await open(looks[0])
    try {
      const shop = (await house.admin.dashboards.get({ id: 'Shop' })).id
      await page.goto(`/wall?boards=${board},${shop}&every=600`)
      await page.locator('.tv .marks').first().waitFor()
      await page.waitForLoadState('networkidle')
      await picture(page, 'wall-1440-dark')
      // Nothing lies beyond the screen, also where it could not be scrolled to.
      const over = await page.evaluate<number>(
        'Math.max(...[...document.querySelectorAll(".tv .widget, .tv-head")].flatMap((each) => { const box = each.getBoundingClientRect(); return [box.bottom - innerHeight, box.right - innerWidth, -box.top, -box.left] }))',
      )
      expect(over).toBeLessThanOrEqual(0)
      await page.keyboard.press('ArrowRight')
      await page.getByRole('heading', { level: 1, name: 'Shop' }).waitFor()
      await page.route('**/api/v1/dashboards/**', (route) => route.abort())
      await page.keyboard.press('ArrowLeft')
      await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor()
      await page.unroute('**/api/v1/dashboards/**')
      await page.locator('.tv .marks').first().waitFor({ timeout: 60_000 })
      await page.keyboard.press('Escape')
      await page.locator('#main').waitFor()
    } finally {
      await context.close()
    }
  }, 120_000)

  test('the cursor of the axis moves by keys, stays in the address, and shows the lines of its moment', async () => {
    const { page, context } = await open(looks[0])
    try {
      await page.goto(`/services/${encodeURIComponent(service)}/timeline?range=15m`)
      const axis = page.getByRole('application')
      await axis.waitFor()
      await expect.poll(() => page.locator('.axis-lane').count(), patience).toBeGreaterThan(3)
      const box = (await axis.boundingBox())!
      await page.mouse.click(box.x + box.width - 14, box.y + 40)
      await expect.poll(() => page.url(), patience).toContain('at=')
      await expect
        .poll(
          () =>
            page
              .getByRole('log', { name: 'Lines at the cursor' })
              .textContent()
              .catch(() => ''),
          patience,
        )
        .toContain('order taken')
      const before = page.url()
      await axis.focus()
      await page.keyboard.press('ArrowLeft')
      await expect.poll(() => page.url(), patience).not.toBe(before)
      await page.keyboard.press('Enter')
      await expect.poll(() => page.url(), patience).toContain('since=')
      await page.mouse.move(box.x + 300, box.y + 40)
      await page.mouse.down()
      await page.mouse.move(box.x + 600, box.y + 40, { steps: 5 })
      await page.mouse.up()
      await picture(page, 'timeline-zoomed-1440-dark')
    } finally {
      await context.close()
    }
  }, 120_000)
})
