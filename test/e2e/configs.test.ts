import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

let house: RunningHouse
let browser: Browser
beforeAll(async () => {
  house = await startHouse()
  browser = await openBrowser()
  const { configs } = house.admin
  const { items } = await configs.templates()
  const { schema, values } = items.find(({ name }) => name === 'node')!
  const given = { ...values, DB_PASSWORD: 'hunter-22', SESSION_SECRET: 'hunter-33-'.repeat(4) }
  await configs.create({
    name: 'shop-staging',
    environment: 'staging',
    schema,
    values: { ...given, ENVIRONMENT: 'staging' },
  })
  await configs.create({
    name: 'shop-production',
    environment: 'production',
    schema,
    values: { ...given, ENVIRONMENT: 'production' },
  })
  await configs.save({ id: 'shop-staging', set: { LOG_LEVEL: 'warn' }, reason: 'less noise' })
})
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const review = (page: Page) => page.getByRole('button', { name: 'Review and save…' })

test('values are changed with checks on the way, a masked diff and a reason', async () => {
  const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
  await signIn(page)
  await page.goto('/configs')
  await page.getByRole('link', { name: 'shop-staging' }).click()
  const port = page.getByLabel('APP_PORT', { exact: true })
  await port.fill('80')
  await port.blur()
  await page.getByText("APP_PORT must be 1024 or more; it is '80'.").waitFor()
  await port.fill('3100')
  await page.getByText('APP_PORT must be').waitFor({ state: 'detached' })
  const secret = page.locator('.config-row', { hasText: 'DB_PASSWORD' })
  await secret.getByRole('button', { name: 'Show' }).click()
  await expect.poll(() => page.getByLabel('DB_PASSWORD', { exact: true }).inputValue()).toBe('hunter-22')
  await secret.getByRole('button', { name: 'Hide' }).click()
  await secret.getByRole('button', { name: 'Change', exact: true }).click()
  await page.keyboard.type('hunter-44')
  await review(page).click()
  const diff = page.getByLabel('What changes')
  await diff.getByText('DB_PASSWORD=[secret, changed]').waitFor()
  expect(await diff.innerText()).not.toContain('hunter')
  await page.getByLabel('Why').fill('moved')
  await page.getByRole('button', { name: 'Save 2 changes' }).click()
  await page.getByText('version 3 by admin').waitFor()
  expect(await house.admin.configs.reveal({ id: 'shop-staging', key: 'DB_PASSWORD' })).toMatchObject({
    value: 'hunter-44',
  })
  expect((await house.admin.configs.history({ id: 'shop-staging' })).items[0]).toMatchObject({
    reason: 'moved',
    changed: 2,
  })
  expect(errors).toEqual([])
  await context.close()
})

test('the text is checked as it is typed, leads to its lines, and keeps the secrets it masks', async () => {
  const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
  await signIn(page)
  await page.goto('/configs/shop-production/editor')
  const area = page.locator('.cm-content[role=textbox][aria-label="shop-production as text"]')
  await area.waitFor()
  const text = (await area.locator('.cm-line').allInnerTexts()).join('\n')
  expect(text).toContain('DB_PASSWORD=[secret]')
  await area.fill(text.replace('ENVIRONMENT=production', 'ENVIRONMENT=prod'))
  await page.getByRole('button', { name: /line 1: ENVIRONMENT must be one of/ }).click()
  expect(await page.evaluate<string>('String(getSelection())')).toBe('ENVIRONMENT=prod')
  await area.and(page.locator(':focus')).waitFor()
  await area.fill(text.replace('DB_HOST=127.0.0.1', 'DB_HOST=db.internal'))
  await page.getByText('ENVIRONMENT must be').waitFor({ state: 'detached' })
  await review(page).click()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('version 2 by admin').waitFor()
  expect(await house.admin.configs.reveal({ id: 'shop-production', key: 'DB_PASSWORD' })).toMatchObject({
    value: 'hunter-22',
  })
  await page.goto('/configs/shop-production/history')
  await page.getByRole('button', { name: 'Restore…' }).click()
  await page.getByLabel('What changes').getByText('DB_HOST=127.0.0.1').waitFor()
  await page.getByRole('button', { name: 'Restore version 1' }).click()
  await page.getByText('version 3 by admin').waitFor()
  expect(errors).toEqual([])
  await context.close()
})

test('a config is made from a template once its secrets are given', async () => {
  const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
  await signIn(page)
  await page.goto('/configs/new?template=node')
  await page.getByLabel('Name', { exact: true }).fill('relay-development')
  await page.getByLabel('DB_PASSWORD', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Create config' }).click()
  await page.getByText('DB_PASSWORD must not be empty.').waitFor()
  await page.getByLabel('DB_PASSWORD', { exact: true }).fill('hunter-55')
  await page.getByLabel('SESSION_SECRET', { exact: true }).fill('hunter-66-'.repeat(4))
  await page.getByText('SESSION_SECRET must').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Create config' }).click()
  await page.waitForURL('**/configs/relay-development')
  expect(await house.admin.configs.get({ id: 'relay-development' })).toMatchObject({
    version: 1,
    keys: 12,
    problems: [],
  })
  expect(errors).toEqual([])
  await context.close()
})

test.each(views)('every page of configs is fit to look at: $theme, $width', async (view) => {
  const { page, context, errors } = await openPage(browser, house.url, view)
  await signIn(page)
  const pages = [
    '',
    '/shop-staging',
    '/shop-staging/editor',
    '/shop-staging/history',
    '/shop-staging/compare',
    '/shop-staging/transfer',
    '/new?template=nuxt',
  ]
  for (const path of pages) {
    await page.goto(`/configs${path}`)
    await page.locator('h1').waitFor()
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
    await takePicture(page, `configs${path.replaceAll(/\W/g, '-')}-${view.theme}-${view.width}`)
    expect(await problemsOf(page), path).toEqual([])
  }
  expect(errors).toEqual([])
  await context.close()
})
