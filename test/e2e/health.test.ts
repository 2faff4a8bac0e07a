import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkDefaults } from '@wheelhouse/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { suite } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { password, type RunningHouse, startHouse } from './running-house.ts'

const dayMs = 86_400_000
const source = [
  'name: harbour',
  'services:',
  "  web:\n    command: [sleep, '3600']\n    directory: /",
  "  worker:\n    command: [sleep, '3600']\n    directory: /",
  "  broken:\n    command: [sh, -c, 'echo cannot open the ledger: permission denied >&2; exit 127']\n    directory: /",
  '',
].join('\n')

/** What a house of some weeks would have kept. */
function withPast(data: string): void {
  const database = new DatabaseSync(join(data, 'wheelhouse.db'), { timeout: 20_000 })
  const put = database.prepare(
    `insert into "healthBuckets" values (?, '', 'day', ?, ?, ?, 0, null, '') on conflict do nothing`,
  )
  const today = Math.floor(Date.now() / dayMs) * dayMs
  const subjects = database.prepare('select "id" from "healthSubjects"').all() as { id: number }[]
  for (const { id } of subjects)
    for (let day = 1; day < 70; day++) {
      const downMs = (day * 7 + id) % 23 === 0 ? 5_400_000 : (day + id) % 31 === 0 ? 120_000 : 0
      put.run(id, today - day * dayMs, dayMs - downMs, downMs)
    }
  database.close()
}

suite('health and diagnostics in the web interface', ['chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let site: Server
  beforeAll(async () => {
    site = createServer((request, response) => response.writeHead(request.url === '/bad' ? 500 : 200).end('welcome'))
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    const { port } = site.address() as { port: number }
    house = await startHouse({ WHEELHOUSE_DISCOVER_DOCKER: 'false' })
    const { admin } = house
    const { id } = await admin.stacks.apply({ source, target: 'local' })
    await vi.waitFor(async () => expect((await admin.jobs.get({ id })).finishedAt).not.toBeNull(), { timeout: 60_000 })
    const timing = { ...checkDefaults, intervalMs: 1_000, retries: 1 }
    const http = (name: string, path: string) =>
      ({ ...timing, kind: 'http', name, url: `http://127.0.0.1:${port}${path}`, expectStatus: null }) as const
    await admin.health.set({
      id: 'harbour-web',
      checks: [http('front', '/'), { ...timing, kind: 'tcp', name: 'port', host: '127.0.0.1', port }],
    })
    await admin.health.set({ id: 'harbour-worker', checks: [http('queue page', '/bad')] })
    await vi.waitFor(
      async () => {
        const { items } = await admin.health.uptime({})
        expect(items.find(({ name }) => name === 'harbour-worker')?.standing).toBe('down')
        const database = new DatabaseSync(join(house.data, 'wheelhouse.db'), { timeout: 20_000, readOnly: true })
        const { n } = database.prepare('select count(*) as n from "healthSubjects"').get() as { n: number }
        database.close()
        expect(n).toBe(3)
      },
      { timeout: 150_000, interval: 1_000 },
    )
    withPast(house.data)
    await admin.maintenance.clearCaches({ names: ['uptime'] })
    browser = await openBrowser()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
    site?.close()
  })

  test.each(views)(
    'every page, $theme and $width',
    async (view) => {
      const { page, context, errors } = await openPage(browser, house.url, view)
      await signIn(page)
      const look = async (address: string, name: string, ready: string): Promise<void> => {
        await page.goto(address)
        await page.getByText(ready).first().waitFor({ timeout: 30_000 })
        await takePicture(page, `${name}-${view.theme}-${view.width}`)
        expect(await problemsOf(page), address).toEqual([])
      }
      await look('/health', 'health', 'answered 500')
      expect(await page.getByRole('img', { name: /Uptime of harbour-web: down in \d+ of \d+ days/ }).count()).toBe(1)
      await look('/health?health=down', 'health-down', 'harbour-broken')
      expect(await page.getByRole('table', { name: 'Health of services' }).getByText('harbour-web').count()).toBe(0)
      await look('/services/local%3Aharbour-web/health?span=90d', 'health-service', 'Response time')
      await page.mouse.wheel(0, 1_200)
      await takePicture(page, `health-service-below-${view.theme}-${view.width}`)
      await look('/services/local%3Aharbour-broken/health', 'health-broken', 'its command was not found')
      await look('/diagnostics', 'diagnostics', 'Event bus')
      await look('/diagnostics/resources', 'diagnostics-resources', 'Data folder')
      await look('/diagnostics/troubleshoot', 'diagnostics-troubleshoot', 'Master key')
      await look('/diagnostics/maintenance', 'diagnostics-maintenance', 'Support bundle')
      await look('/diagnostics/reports', 'diagnostics-reports', 'Slowest operations')
      expect(errors).toEqual([])
      await context.close()
    },
    300_000,
  )

  test('a copy is made, verified and ordered to be restored, and that is left again', async () => {
    const { page, context, errors } = await openPage(browser, house.url, views[1]!)
    await signIn(page)
    await page.goto('/diagnostics/maintenance')
    await page.getByRole('button', { name: 'Copy the database' }).click()
    await page.getByRole('button', { name: 'Verify' }).click({ timeout: 60_000 })
    await page.getByText('is whole').first().waitFor()
    await page.getByRole('button', { name: 'Restore…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('wheelhouse')
    await takePicture(page, 'diagnostics-restore')
    await dialog.getByRole('button', { name: 'Restore with the next start' }).click()
    await page.getByText('takes the place of the database with the next start').first().waitFor()
    await page.getByRole('button', { name: 'Keep the database' }).click()
    await vi.waitFor(async () => expect((await house.admin.maintenance.backups()).restoring).toBeNull(), {
      timeout: 30_000,
    })
    expect(errors).toEqual([])
    await context.close()
  }, 180_000)

  test('a viewer finds health, and neither diagnostics nor a way to them', async () => {
    await house.admin.users.create({ username: 'looker', password: `${password}-2`, role: 'viewer' })
    const { page, context } = await openPage(browser, house.url, views[1]!)
    await page.goto('/login')
    await page.locator('input[autocomplete=username]').fill('looker')
    await page.locator('input[type=password]').fill(`${password}-2`)
    await page.keyboard.press('Enter')
    await page.locator('h1').first().waitFor()
    await page.getByRole('link', { name: 'Health' }).first().waitFor()
    expect(await page.getByRole('link', { name: 'Diagnostics' }).count()).toBe(0)
    await page.goto('/diagnostics')
    await page.getByText('settings.read').first().waitFor({ timeout: 30_000 })
    await context.close()
  }, 120_000)
})
