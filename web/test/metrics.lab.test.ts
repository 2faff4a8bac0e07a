import type { Browser, Page } from 'playwright-core'
import { Failure } from '@wheelhouse/contract'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openBrowser, problemsOf } from '../../test/e2e/browser.ts'
import { suite } from '../../test/needs.ts'
import { freshenWeb } from '../../tools/web-build.ts'
import { picture, signedInPage } from './browser-page.ts'
import { FixtureHouse } from './fixture-house.ts'
import { KeptReadings } from './kept-readings.ts'

const looks = [
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
  { theme: 'light', width: 320 },
] as const
const pages: readonly (readonly [name: string, path: string])[] = [
  ['metrics', '/metrics?range=24h&metric=cpu.percent,memory.bytes,restarts'],
  ['metrics-one', '/metrics?range=7d&metric=network.in&view=charts&top=10'],
  ['service-metrics', '/services/local%3Ashop-api/metrics?range=7d'],
  ['target-metrics', '/targets/local?range=24h'],
]

suite('metrics in Chromium', ['chromium'], () => {
  let browser: Browser
  let house: FixtureHouse
  let readings: KeptReadings
  let page: Page
  let close: () => Promise<void>

  beforeAll(async () => {
    await freshenWeb()
    browser = await openBrowser()
  }, 180_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    house = new FixtureHouse()
    readings = new KeptReadings()
    readings.answer(house.server)
    await house.server.listen()
    const opened = await signedInPage(browser, house.server.url, looks[0])
    page = opened.page
    close = () => opened.context.close()
  })
  afterEach(async () => {
    await close()
    house.close()
  })
  const charts = () => page.locator('.chart canvas')
  const asked = () => house.server.calls('metrics.query').at(-1)
  const eventually = (ask: () => unknown) => expect.poll(ask, { timeout: 30_000 })

  for (const look of looks)
    test(`the pages at ${look.width} px, ${look.theme}`, async () => {
      const opened = await signedInPage(browser, house.server.url, look)
      try {
        for (const [name, path] of pages) {
          await opened.page.goto(path)
          await opened.page.locator('.chart canvas').first().waitFor()
          expect(await problemsOf(opened.page), name).toEqual([])
          await picture(opened.page, `${name}-${look.theme}-${look.width}`)
        }
        expect(opened.errors.filter((each) => !/WebSocket|ERR_/.test(each))).toEqual([])
      } finally {
        await opened.context.close()
      }
    })

  test('what is chosen is asked for, and stands in the address', async () => {
    await page.goto('/metrics')
    await charts().nth(1).waitFor()
    expect(asked()).toMatchObject({ top: 6 })
    await page.getByRole('radio', { name: '7 d' }).click()
    await page.getByText('each point is 1 h').first().waitFor()
    await page.getByRole('button', { name: /^Services/ }).click()
    await page.getByRole('textbox', { name: 'Find a service' }).fill('led')
    await page.getByRole('checkbox', { name: /ledger/ }).check()
    await page.keyboard.press('Escape')
    await eventually(() => asked()?.service).toBe('ledger')
    await page.getByRole('combobox', { name: 'One line a' }).selectOption('stack')
    await page.getByRole('combobox', { name: 'Together' }).selectOption('max')
    await page.getByRole('combobox', { name: 'Highest' }).selectOption('20')
    await eventually(() => asked()).toMatchObject({ group: 'stack', across: 'max', top: 20, service: 'ledger' })
    await page.getByRole('button', { name: /^Metrics/ }).click()
    await page.getByRole('textbox', { name: 'Find a metric' }).fill('network.in')
    await page.getByRole('checkbox', { name: /network\.in/ }).check()
    await page.keyboard.press('Escape')
    await charts().nth(2).waitFor()
    const { searchParams } = new URL(page.url())
    expect(Object.fromEntries(searchParams)).toEqual({
      metric: 'cpu.percent,memory.bytes,network.in',
      service: 'ledger',
      group: 'stack',
      across: 'max',
      top: '20',
      range: '7d',
    })
    // The same address shows the same, and back leads to what was asked before.
    await page.reload()
    await charts().nth(2).waitFor()
    await page.goBack()
    await eventually(() => new URL(page.url()).searchParams.get('metric')).toBe(null)
  })

  test('a stretch that is drawn over is all that is shown; three times the time leads out again', async () => {
    await page.goto('/metrics?metric=cpu.percent&range=24h')
    const over = page.locator('.u-over').first()
    await over.waitFor()
    const box = (await over.boundingBox())!
    await page.mouse.move(box.x + box.width * 0.1, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.2, box.y + 60, { steps: 5 })
    await page.mouse.up()
    const spanMs = (): number => {
      const { searchParams } = new URL(page.url())
      return Date.parse(searchParams.get('until') ?? '') - Date.parse(searchParams.get('since') ?? '')
    }
    await eventually(spanMs).toBeGreaterThan(3_600_000)
    const drawn = spanMs()
    expect(drawn).toBeLessThan(4 * 3_600_000)
    await eventually(() => asked()?.since).toBe(new URL(page.url()).searchParams.get('since'))
    await page.getByRole('button', { name: 'Three times the time' }).click()
    await eventually(spanMs).toBeGreaterThan(drawn * 2)
    await page.getByRole('radio', { name: '1 h', exact: true }).click()
    await eventually(() => new URL(page.url()).search).toBe('?metric=cpu.percent')
  })

  test('the service page shows what is kept of a longer time, and one line a direction', async () => {
    await page.goto('/services/local%3Ashop-api/metrics')
    await page.getByRole('radio', { name: '30 d' }).click()
    await charts().nth(3).waitFor()
    await page.getByText('received').waitFor()
    expect(house.server.calls('metrics.query').some(({ metric }) => metric === 'network.in,network.out')).toBe(true)
    expect(new URL(page.url()).search).toBe('?range=30d')
  })

  test('nothing known, and a store that does not answer, are told in words', async () => {
    readings.isEmpty = true
    await page.goto('/metrics?metric=cpu.percent')
    await page.getByText('Nothing is known of it in this time').waitFor()
    await picture(page, 'metrics-empty')
    readings.failure = new Failure('TIMED_OUT', 'Too much was asked for at once. Ask for a wider step.')
    await page.goto('/metrics?metric=cpu.percent&range=30d')
    await page.getByRole('alert').getByText('Too much was asked for at once').first().waitFor({ timeout: 60_000 })
    await picture(page, 'metrics-failed')
    readings.failure = null
    readings.isEmpty = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await charts().first().waitFor()
  })
})
