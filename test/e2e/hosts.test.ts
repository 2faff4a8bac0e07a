import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tarEnd, tarHeader, tarPadding } from '@wheelhouse/client/tar'
import { RecordedEngine } from '../docker/recorded-engine.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const wide = { theme: 'light', width: 'wide' } as const

/** What `docker context export` writes. */
function exported(name: string, host: string): Buffer {
  const data = Buffer.from(JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host } } }))
  const entry = { name: 'meta.json', kind: 'file' as const, sizeBytes: data.length, mode: 0o644, modifiedAtMs: 0 }
  return Buffer.concat([tarHeader(entry), data, tarPadding(data.length), tarEnd()])
}

suite('many hosts in the browser', ['docker', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  const engines: Record<string, RecordedEngine> = {}
  beforeAll(async () => {
    house = await startHouse()
    browser = await openBrowser()
    const { targets, services } = house.admin
    for (const name of ['alpha', 'beta', 'gamma']) {
      const version = name === 'gamma' ? { version: '24.0.7' } : {}
      const engine = await new RecordedEngine({ name, containers: 5, ...version }).listen()
      engines[name] = engine
      await targets.register({ name, address: engine.address, group: 'berlin' })
    }
    await targets.register({ name: 'real', address: where('docker') })
    await targets.register({ name: 'dead', address: 'tcp://127.0.0.1:1' })
    await vi.waitFor(async () => {
      expect((await services.list({ target: 'alpha,beta,gamma' })).total).toBe(15)
      expect((await targets.get({ id: 'real' })).state).toBe('connected')
      expect((await targets.get({ id: 'dead' })).state).toBe('unreachable')
    }, 60_000)
  })
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
    for (const engine of Object.values(engines)) await engine.close()
  })
  async function on(work: (page: Page) => Promise<void>): Promise<void> {
    const { page, context, errors } = await openPage(browser, house.url, wide)
    await signIn(page)
    await work(page)
    expect(errors.filter((text) => !/503|409/.test(text))).toEqual([])
    await context.close()
  }

  test('what is selected over all hosts is acted on by one job, and partial failure is told', () =>
    on(async (page) => {
      await page.goto('/services?q=web-0')
      await page.getByRole('row', { name: 'gamma-web-0' }).waitFor()
      await page.getByLabel('Select all shown').click()
      const bar = page.getByRole('toolbar', { name: 'Selected services' })
      await bar.getByText('3 selected').waitFor()
      await takePicture(page, 'hosts-selection')
      await bar.getByRole('button', { name: 'Restart' }).click()
      await page.getByText('3 services restarted').waitFor()
      expect(engines.gamma!.asked).toContain('POST restart gamma-web-0')

      engines.beta!.hold('acts')
      await bar.getByRole('button', { name: 'Restart' }).click()
      await page.getByText('Restarting 2 of 3').first().waitFor()
      await takePicture(page, 'hosts-bulk-running')
      engines.beta!.breakOff()
      await page.getByText('1 service of 3 not restarted').waitFor()
      await page.getByRole('button', { name: 'Show each' }).click()
      const dialog = page.getByRole('dialog', { name: '2 of 3 restarted' })
      await dialog.getByText('beta-web-0').waitFor()
      await takePicture(page, 'hosts-bulk-result')
      expect(await problemsOf(page)).toEqual([])
      engines.beta!.release()
    }))

  test('the chosen host scopes every list and stays in the address, and addresses are searched on all', () =>
    on(async (page) => {
      await page.goto('/services')
      await page.getByRole('button', { name: /All targets/ }).click()
      await page.getByRole('menuitem', { name: /alpha/ }).click()
      const side = page.getByRole('navigation', { name: 'Main' })
      for (const label of ['Images', 'Volumes', 'Networks', 'Stacks', 'Services']) {
        await side.getByRole('link', { name: label, exact: false }).first().click()
        await page.getByRole('heading', { name: label, level: 1 }).waitFor()
        expect(new URL(page.url()).searchParams.get('target')).toBe('alpha')
      }
      await page.getByRole('row', { name: 'alpha-web-1' }).waitFor()
      expect(await page.getByRole('row', { name: 'beta-web-1' }).count()).toBe(0)
      await page.goto('/services?q=10.210.0.3')
      for (const name of ['alpha', 'beta', 'gamma']) await page.getByRole('row', { name: `${name}-web-1` }).waitFor()
      expect(await page.getByRole('row', { name: 'alpha-web-2' }).count()).toBe(0)
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search and run' }).fill('20003:80')
      await page.getByRole('option', { name: /gamma-web-3/ }).waitFor()
      await page.getByRole('option', { name: /in all services/ }).click()
      await page.getByRole('row', { name: 'beta-web-3' }).waitFor()
    }))

  test('hosts stand side by side, with what differs', () =>
    on(async (page) => {
      await page.goto('/targets')
      await page.getByRole('link', { name: 'Compare' }).click()
      const table = page.getByRole('table', { name: 'Hosts side by side' })
      await table.getByRole('row', { name: /^Version ?, differs/ }).waitFor()
      await table
        .getByRole('row', { name: /Storage driver/ })
        .getByText('overlay2')
        .first()
        .waitFor()
      await table.getByText(/refuses the connection/).waitFor()
      await page.getByRole('radio', { name: 'What differs' }).click()
      await table.getByRole('row', { name: /24\.0\.7/ }).waitFor()
      expect(await table.getByRole('row', { name: /Host name/ }).count()).toBe(0)
      await page.getByRole('button', { name: /hosts of/ }).click()
      await page.getByRole('menuitemcheckbox', { name: /gamma/ }).click()
      await page.keyboard.press('Escape')
      expect(new URL(page.url()).searchParams.get('hosts')?.split(',')).not.toContain('gamma')
    }))

  test('contexts of Docker are taken over, one that cannot be is told', () =>
    on(async (page) => {
      await page.goto('/targets?add=contexts')
      const address = engines.alpha!.address
      const free = await new RecordedEngine({ name: 'imported', containers: 1 }).listen()
      engines.imported = free
      const dialog = page.getByRole('dialog', { name: 'Import from docker context' })
      await dialog.getByLabel('Or exported files').setInputFiles(
        [exported('again', address), exported('fresh', free.address)].map((buffer, index) => ({
          name: `c${index}.dockercontext`,
          mimeType: 'application/octet-stream',
          buffer,
        })),
      )
      await dialog.getByText('its address is registered').waitFor()
      await takePicture(page, 'hosts-import')
      await dialog.getByRole('button', { name: 'Register 1 target' }).click()
      await page.getByText('1 target registered').waitFor()
      await vi.waitFor(
        async () => expect((await house.admin.targets.get({ id: 'fresh' })).state).toBe('connected'),
        60_000,
      )
    }))

  test.each(views)('pages of hosts are whole: $theme, $width', async (view) => {
    const { page, context } = await openPage(browser, house.url, view)
    await signIn(page)
    for (const [name, path] of [
      ['compare', '/targets/compare'],
      ['differing', '/targets/compare?show=differing'],
      ['targets', '/targets'],
      ['contexts', '/targets?add=contexts'],
    ] as const) {
      await page.goto(path)
      await page.locator('h1').first().waitFor()
      if (name === 'compare') await page.getByText('overlay2').first().waitFor()
      expect(await problemsOf(page), `${name}, ${view.theme}, ${view.width}`).toEqual([])
      await takePicture(page, `hosts-${name}-${view.theme}-${view.width}`)
    }
    await context.close()
  })
})
