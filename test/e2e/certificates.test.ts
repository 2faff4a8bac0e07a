import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

suite('certificates in the web interface', ['chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let page: Page
  let errors: string[]

  beforeAll(async () => {
    house = await startHouse({ WHEELHOUSE_CERTIFICATE_AUTHORITY: 'wheelhouse', WHEELHOUSE_DISCOVER_DOCKER: 'false' })
    browser = await openBrowser()
    const opened = await openPage(browser, house.url, views[0]!)
    page = opened.page
    errors = opened.errors
    await signIn(page)
  })
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
  })
  const dialog = () => page.getByRole('dialog')

  test('says that there are none, and how to get one', async () => {
    await page.goto('/certificates')
    await page.getByText('No certificates yet.').waitFor()
    await page.getByRole('region', { name: 'Authority' }).getByText('does not trust it').waitFor()
  })

  test('generates one from chips, and refuses what is no domain', async () => {
    await page.getByRole('button', { name: 'Generate certificate…' }).first().click()
    const field = dialog().getByLabel('Domains and addresses')
    await field.fill('shop.test:443')
    await field.press('Enter')
    expect(await dialog().getByRole('alert').innerText()).toContain('Leave the port')
    await field.fill('shop.test')
    await field.press('Enter')
    for (const domain of ['*.shop.test', '192.168.100.85', '::1']) {
      await field.fill(domain)
      await field.press('Enter')
    }
    await dialog().getByRole('button', { name: 'Leave out ::1' }).click()
    await takePicture(page, 'certificates-generate')
    expect(await problemsOf(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Generate certificate' }).click()
    await page.getByRole('heading', { level: 1, name: 'shop.test' }).waitFor()
    expect(await page.locator('pre').innerText()).toContain('BEGIN CERTIFICATE')
    expect(await page.locator('body').innerText()).toContain('shop.test+2-key.pem')
    expect((await house.admin.certificates.get({ id: 'shop.test' })).domains).toEqual([
      'shop.test',
      '*.shop.test',
      '192.168.100.85',
    ])
  })

  test('verifies it, and says what does not fit', async () => {
    await page.getByRole('button', { name: 'Verify…' }).click()
    await dialog().getByRole('button', { name: 'Verify', exact: true }).click()
    await dialog().getByText('signed by the local authority').waitFor()
    await dialog().getByLabel('Domain or address').fill('other.test')
    await dialog().getByRole('button', { name: 'Verify', exact: true }).click()
    await dialog().getByText('not for other.test').waitFor()
    await takePicture(page, 'certificates-verify')
    expect(await problemsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
  })

  test('imports one that ends soon, and the list shows it first', async () => {
    const soon = await house.admin.certificates.generate({ domains: ['soon.test'], days: 9 })
    const { certificate } = await house.admin.certificates.get({ id: soon.id })
    await page.goto('/certificates?do=import')
    await dialog().getByLabel('Name').fill('theirs')
    await dialog().getByLabel('Certificate, PEM').fill(certificate)
    await dialog().getByRole('button', { name: 'Import certificate' }).click()
    await page.getByRole('heading', { level: 1, name: 'theirs' }).waitFor()
    await page.goto('/certificates')
    const rows = page.getByRole('table', { name: 'Certificates' }).getByRole('row')
    await expect.poll(() => rows.count()).toBe(4)
    expect(await rows.nth(1).innerText()).toContain('ends soon')
    expect(await rows.nth(3).innerText()).toContain('shop.test')
  })

  test.each(views)('looks right in $theme, $width', async (view) => {
    const other = await openPage(browser, house.url, view)
    await signIn(other.page)
    for (const [name, path] of [
      ['list', '/certificates'],
      ['page', '/certificates/shop.test'],
    ] as const) {
      await other.page.goto(path)
      await other.page
        .getByText(name === 'list' ? 'theirs' : 'BEGIN CERTIFICATE')
        .first()
        .waitFor()
      await takePicture(other.page, `certificates-${name}-${view.theme}-${view.width}`)
      expect(await problemsOf(other.page)).toEqual([])
    }
    expect(other.errors).toEqual([])
    await other.context.close()
  })

  test('forgets one, and keeps its files', async () => {
    await page.goto('/certificates/theirs')
    await page.getByRole('button', { name: 'Remove…' }).click()
    await dialog().getByRole('button', { name: 'Remove certificate theirs' }).click()
    await page.waitForURL(/\/certificates$/)
    await expect.poll(() => page.getByText('theirs', { exact: true }).count()).toBe(0)
    expect(errors).toEqual([])
  })
})
