import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../faults/control-plane.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const source = `name: shop
services:
  checkout:
    command: ["sh", "-c", "echo ERROR no connection to payments; sleep 1; exit 3"]
    directory: /
`

let house: RunningHouse
let browser: Browser
let number: number
beforeAll(async () => {
  house = await startHouse()
  browser = await openBrowser()
  await house.admin.stacks.apply({ source })
  const alert = await until(async () => (await house.admin.alerts.list({ service: 'shop-checkout' })).items[0] ?? null)
  number = alert.number
  await until(async () => ((await house.admin.alerts.get({ id: String(number) })).evidence ? true : null))
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

test('an alert is found, its evidence is seen, and it is taken with a reason', async () => {
  const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
  await signIn(page)
  await page.goto('/alerts')
  await page
    .getByRole('link', { name: /checkout/ })
    .first()
    .click()
  await page
    .getByText(/shop-checkout failed: /)
    .first()
    .waitFor()
  await page.getByText('ERROR no connection to payments').first().waitFor()
  await page
    .getByText(/code 3/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: /^Restart/ }).waitFor()
  await page.getByRole('button', { name: 'Acknowledge…' }).click()
  await page.getByLabel('Reason').fill('calling them')
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
  await page.getByText('admin is at it: calling them').waitFor()
  expect(await house.admin.alerts.get({ id: String(number) })).toMatchObject({
    state: 'acknowledged',
    reason: 'calling them',
  })
  await page.getByRole('button', { name: 'Open again' }).click()
  await until(async () => ((await house.admin.alerts.get({ id: String(number) })).state === 'open' ? true : null))
  await page.goto('/alerts?state=cleared')
  await page.getByText('No alert is like that.').waitFor()
  expect(errors).toEqual([])
  await context.close()
}, 120_000)

test('a rule is made in a form that tells what it would have done, and a silence is set and ended', async () => {
  const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
  await signIn(page)
  await page.goto('/alerts/rules')
  await page.getByText('Service failed').waitFor()
  await page.getByRole('button', { name: 'Watch for something…' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Checkout down')
  await page.getByLabel('When', { exact: true }).selectOption('state')
  await page.getByText(/It would have fired \d+ time/).waitFor()
  await takePicture(page, 'alert-rule-form')
  await page.getByRole('button', { name: 'Watch for it', exact: true }).click()
  await page.getByText('Checkout down').first().waitFor()
  await page.goto('/alerts/silences?add=1')
  await page.getByLabel('Reason').fill('moving house')
  await page.getByRole('button', { name: 'Silence', exact: true }).click()
  await page.getByText('moving house').first().waitFor()
  await page.getByRole('button', { name: 'End' }).click()
  await page.getByText('Nothing is silenced.').waitFor()
  expect(errors).toEqual([])
  await context.close()
}, 120_000)

test.each(views)(
  'the pages stand in $theme on a $width screen',
  async (view) => {
    const { page, context, errors } = await openPage(browser, house.url, view)
    await signIn(page)
    for (const [name, path] of [
      ['alerts', '/alerts'],
      ['alert', `/alerts/${number}`],
      ['alert-rules', '/alerts/rules'],
    ] as const) {
      await page.goto(path)
      await page
        .getByText(name === 'alert-rules' ? 'Service failed' : 'checkout')
        .first()
        .waitFor()
      await takePicture(page, `${name}-${view.theme}-${view.width}`)
      expect(await problemsOf(page), name).toEqual([])
    }
    expect(errors).toEqual([])
    await context.close()
  },
  120_000,
)
