import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const execute = promisify(execFile)
const prefix = `e2e-${process.pid}`

suite('the web interface on a real engine, in Chromium', ['docker', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let page: Page
  let errors: string[]
  const docker = async (...args: string[]): Promise<string> =>
    (await execute('docker', args, { env: { ...process.env, DOCKER_HOST: where('docker') } })).stdout.trim()

  beforeAll(async () => {
    house = await startHouse({ DOCKER_HOST: where('docker') })
    browser = await openBrowser()
    const opened = await openPage(browser, house.url, views[0]!)
    page = opened.page
    errors = opened.errors
  })
  afterAll(async () => {
    await browser?.close()
    const left = await docker('ps', '-aq', '--filter', `name=${prefix}`)
    if (left) await docker('rm', '-f', ...left.split('\n'))
    await house?.stop()
  })
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })

  test('signs in, and shows nothing before', async () => {
    await page.goto('/services')
    await page.waitForURL(/\/login/)
    expect(await page.locator('body').innerText()).not.toMatch(/docker|container/i)
    await signIn(page)
    await page.goto('/services')
    await page.getByRole('heading', { level: 1, name: 'Services' }).waitFor()
  })

  const part = (name: string) => page.getByLabel('Parts of the service').getByRole('link', { name })

  test('a container that is run elsewhere appears by itself', async () => {
    await docker('run', '-d', '--name', `${prefix}-shop`, 'lab/chatter:1')
    await row(`${prefix}-shop`).waitFor({ timeout: 60_000 })
  })

  test('its log moves, and stops moving when it is paused', async () => {
    await row(`${prefix}-shop`)
      .getByRole('link', { name: `${prefix}-shop` })
      .click()
    await part('Logs').click()
    const lines = (): Promise<string> => page.getByRole('log').or(page.locator('[data-log]')).first().innerText()
    await expect.poll(lines).toMatch(/line \d+/)
    const before = await lines()
    await expect.poll(lines).not.toBe(before)
    // More than the view holds, so that what comes next is below it.
    await expect.poll(lines, { timeout: 60_000 }).toMatch(/line (?:[6-9]\d|\d{3})/)
    await page.getByRole('button', { name: /^Pause/ }).click()
    // Lines go on arriving below the view; what is in it stands still.
    const firstShown = async (): Promise<string | undefined> => /line \d+/.exec(await lines())?.[0]
    let held: string | undefined
    const standsStill = async (): Promise<boolean> => held === (held = await firstShown())
    await expect.poll(standsStill, { timeout: 60_000, interval: 300 }).toBe(true)
    await page.waitForTimeout(1_500)
    expect(await firstShown()).toBe(held)
    await takePicture(page, 'service-logs')
  })

  test('its charts move', async () => {
    await part('Metrics').click()
    await expect.poll(() => page.locator('canvas').count()).toBeGreaterThanOrEqual(4)
    const pictureOf = (): Promise<string> =>
      page
        .locator('canvas')
        .first()
        .screenshot()
        .then((bytes) => bytes.toString('base64'))
    const before = await pictureOf()
    await expect.poll(pictureOf, { timeout: 60_000 }).not.toBe(before)
  })

  test('its terminal answers what is typed, and leaves nothing behind when it is ended', async () => {
    await part('Terminal').click()
    const screen = page.locator('.xterm-rows')
    await expect.poll(() => screen.innerText(), { timeout: 60_000 }).toMatch(/[#$]/)
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.type('echo answer-$((40+2)); sleep 987\n')
    await expect.poll(() => screen.innerText(), { timeout: 60_000 }).toContain('answer-42')
    await expect.poll(() => docker('top', `${prefix}-shop`), { timeout: 60_000 }).toContain('sleep 987')
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await expect.poll(() => docker('top', `${prefix}-shop`), { timeout: 60_000 }).not.toContain('sleep 987')
    await part('Summary').click()
    const { items } = await house.admin.audit.list({ operation: 'services.exec' })
    expect(items[0]).toMatchObject({ actor: 'admin', outcome: 'done' })
  })

  test('it is stopped and started from the page', async () => {
    await page.getByRole('button', { name: /^Stop/ }).first().click()
    await expect
      .poll(() => docker('inspect', '-f', '{{.State.Status}}', `${prefix}-shop`), { timeout: 60_000 })
      .toBe('exited')
    await page
      .getByRole('button', { name: /^Start/ })
      .first()
      .click()
    await expect
      .poll(() => docker('inspect', '-f', '{{.State.Status}}', `${prefix}-shop`), { timeout: 60_000 })
      .toBe('running')
  })

  test('the example is planned and applied, and a process killed with -9 comes back', async () => {
    await page.goto('/stacks/new?example=hello')
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByRole('button', { name: /^Apply 3 changes/ }).click()
    await page.getByRole('link', { name: 'Open stack' }).waitFor({ timeout: 60_000 })
    expect(await (await fetch(`http://127.0.0.1:${house.helloPorts.web}/`)).text()).toContain('<')
    const before = await house.admin.services.get({ id: 'hello-api' })
    process.kill(before.pid!, 'SIGKILL')
    await page.goto(`/services/${encodeURIComponent(before.id)}`)
    await expect
      .poll(
        async () => {
          const now = await house.admin.services.get({ id: 'hello-api' })
          return now.pid !== null && now.pid !== before.pid && now.state === 'running'
        },
        { timeout: 60_000 },
      )
      .toBe(true)
    await expect.poll(() => page.getByRole('main').innerText()).toMatch(/running/)
    expect((await fetch(`http://127.0.0.1:${house.helloPorts.api}/health`)).status).toBe(200)
  })

  test('the palette finds a service and goes there by keyboard', async () => {
    // On a service's page single letters act: what is typed after Ctrl K must never, however soon it is typed.
    const before = await house.admin.services.get({ id: `${prefix}-shop` })
    await page.goto(`/services/${encodeURIComponent(before.id)}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('hello-worker')
    await page
      .getByRole('option', { name: /hello-worker/ })
      .first()
      .waitFor()
    expect((await house.admin.services.get({ id: before.id })).startedAt).toBe(before.startedAt)
    await page.keyboard.press('Escape')
  })

  test('no page met an error', () => {
    expect(errors).toEqual([])
  })

  const pages = [
    '/',
    '/services',
    '/stacks',
    '/stacks/new',
    '/targets',
    '/targets/docker',
    '/deployments',
    '/deployments/new',
    '/releases',
    '/backups',
    '/configs',
    '/certificates',
    '/triggers',
    '/notifications',
    '/timeline',
    '/jobs',
    '/audit',
    '/users',
    '/tokens',
    '/sessions',
    '/profile',
    '/settings',
  ]
  for (const view of views) {
    test(`every page is clean by axe: ${view.theme}, ${view.width}`, async () => {
      const service = await house.admin.services.get({ id: `${prefix}-shop` })
      const tabs = ['', '/logs', '/metrics', '/health', '/events', '/inspect'].map(
        (tab) => `/services/${encodeURIComponent(service.id)}${tab}`,
      )
      const opened = await openPage(browser, house.url, view)
      await signIn(opened.page)
      const problems: Record<string, string[]> = {}
      for (const path of [...pages, ...tabs]) {
        await opened.page.goto(path)
        await opened.page.locator('h1').first().waitFor()
        await opened.page.waitForTimeout(400)
        await takePicture(
          opened.page,
          `${path.replaceAll(/\W+/g, '-').replaceAll(/^-|-$/g, '') || 'overview'}-${view.theme}-${view.width}`,
        )
        const found = await problemsOf(opened.page)
        if (found.length > 0) problems[path] = found
      }
      expect(problems).toEqual({})
      expect(opened.errors).toEqual([])
      await opened.context.close()
    }, 300_000)
  }
})
