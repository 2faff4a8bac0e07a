import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../faults/control-plane.ts'
import { Wire } from '../faults/wire.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const execute = promisify(execFile)
const name = `terminals-${process.pid}`

suite('terminals in the browser', ['docker', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let wire: Wire
  let page: Page
  let errors: string[]
  const docker = async (...args: string[]): Promise<string> =>
    (await execute('docker', args, { env: { ...process.env, DOCKER_HOST: where('docker') } })).stdout.trim()
  const screen = (of: Page) => of.locator('.xterm-rows')
  const status = (of: Page) => of.locator('footer [role=status]')
  const type = async (of: Page, text: string): Promise<void> => {
    await of.locator('.xterm-helper-textarea').focus()
    await of.keyboard.type(text)
  }
  const shows = (of: Page, text: string) =>
    expect.poll(() => screen(of).innerText(), { timeout: 60_000 }).toContain(text)

  beforeAll(async () => {
    house = await startHouse({ DOCKER_HOST: where('docker'), WHEELHOUSE_TERMINAL_DETACHED_MS: '300000' })
    // The browser comes by a line that can be cut.
    wire = await Wire.to({ port: Number(new URL(house.url).port), host: '127.0.0.1' })
    browser = await openBrowser()
    const opened = await openPage(browser, `http://127.0.0.1:${wire.port}`, views[0]!)
    page = opened.page
    errors = opened.errors
    await docker('run', '-d', '--init', '--name', name, 'lab/busybox:1', 'sleep', '600')
    await signIn(page)
    const [service] = await until(async () => {
      const { items } = await house.admin.services.list({ q: name })
      return items.length > 0 ? items : null
    })
    await page.goto(`/services/${encodeURIComponent(service!.id)}/terminal`)
  })
  afterAll(async () => {
    await browser?.close()
    await wire?.set('cut')
    await docker('rm', '-f', name)
    await house?.stop()
  })

  test('a line that is cut is joined again, with what was printed meanwhile', async () => {
    await expect.poll(() => status(page).innerText(), { timeout: 60_000 }).toBe('Open')
    await type(page, 'for i in 1 2 3 4 5 6 7 8; do echo tick-$i; sleep 0.4; done; echo over-$((40+2))\n')
    await shows(page, 'tick-2')
    await wire.set('cut')
    await expect.poll(() => status(page).innerText()).toContain('joining again')
    await takePicture(page, 'terminal-lost')
    await wire.set('open')
    await expect.poll(() => status(page).innerText(), { timeout: 60_000 }).toBe('Joined again')
    await shows(page, 'over-42')
    expect((await screen(page).innerText()).match(/^tick-\d$/gm)).toHaveLength(8)
    await takePicture(page, 'terminal-joined-again')
  })

  test('another page and a reload lead back to the same shell', async () => {
    await type(page, 'mine=kept; echo set-$((40+3))\n')
    await shows(page, 'set-43')
    await page
      .getByRole('link', { name: 'Summary' })
      .or(page.getByRole('tab', { name: 'Summary' }))
      .first()
      .click()
    await expect
      .poll(async () => (await house.admin.terminals.list({})).items.map((one) => one.state))
      .toEqual(['detached'])
    await page
      .getByRole('link', { name: 'Terminal' })
      .or(page.getByRole('tab', { name: 'Terminal' }))
      .first()
      .click()
    await expect.poll(() => status(page).innerText(), { timeout: 60_000 }).toBe('Joined again')
    await shows(page, 'set-43')
    await page.reload()
    await shows(page, 'set-43')
    await type(page, 'echo $mine-still\n')
    await shows(page, 'kept-still')
    expect((await house.admin.terminals.list({})).total).toBe(1)
  })

  test('a link brings others: they look on, and type when they ask to', async () => {
    const [terminal] = (await house.admin.terminals.list({})).items
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByText(`/terminals/${terminal!.id}`).first().waitFor()
    for (const [view, picture] of [
      [views[1]!, 'terminal-light'],
      [views[2]!, 'terminal-phone'],
    ] as const) {
      const { page: guest, context, errors: wrong } = await openPage(browser, house.url, view)
      await signIn(guest)
      await guest.goto(`/terminals/${terminal!.id}`)
      await guest.getByRole('heading', { level: 1, name: `Terminal in ${name}` }).waitFor()
      await expect.poll(() => status(guest).innerText()).toBe('Looking on')
      await shows(guest, 'kept-still')
      await type(guest, 'echo not-$((1+1))\n')
      await page.getByText('looks on').first().waitFor({ state: 'attached' })
      if (view.width === 'wide') {
        await guest.getByRole('button', { name: 'Type here' }).click()
        await expect.poll(() => status(guest).innerText()).toBe('Open')
        await type(guest, 'echo guest-$((40+2))\n')
        await shows(page, 'guest-42')
        await shows(guest, 'guest-42')
      }
      expect(await screen(page).innerText()).not.toContain('not-2')
      expect(await problemsOf(guest)).toEqual([])
      await takePicture(guest, picture)
      expect(wrong).toEqual([])
      await context.close()
    }
    await takePicture(page, 'terminal-shared')
  })

  test('is ended with what runs in it', async () => {
    await type(page, 'sleep 987\n')
    await expect.poll(() => docker('top', name)).toContain('sleep 987')
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await page.getByRole('button', { name: 'Open again' }).waitFor()
    await expect.poll(() => docker('top', name), { timeout: 60_000 }).not.toContain('sleep 987')
    await page.getByRole('button', { name: 'Open again' }).click()
    await expect.poll(() => status(page).innerText(), { timeout: 60_000 }).toBe('Open')
    expect(await problemsOf(page)).toEqual([])
    // The cut line is heard of by the browser as well.
    expect(errors.filter((one) => !/ERR_CONNECTION|WebSocket|net::/.test(one))).toEqual([])
  })
})
