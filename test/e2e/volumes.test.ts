import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { container, idle } from '../docker/container.ts'
import { EngineBench } from '../docker/engine-bench.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

suite('volumes and networks in the browser', ['docker', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let bench: EngineBench
  let volume: string
  let network: string
  let user: string
  const target = 'engine'
  beforeAll(async () => {
    house = await startHouse()
    browser = await openBrowser()
    bench = new EngineBench()
    const { targets, volumes, networks } = house.admin
    await targets.register({ name: target, address: where('docker') })
    await vi.waitFor(async () => expect((await targets.get({ id: target })).state).toBe('connected'), 60_000)
    volume = bench.name('data')
    network = bench.name('backend')
    user = bench.name('db')
    await volumes.create({ target, name: volume })
    await networks.create({ target, name: network })
    await volumes.writeFile({ target, name: volume, path: '/settings.yaml', text: 'workers: 4\n' })
    const mounts = [{ type: 'volume' as const, source: volume, destination: '/v', readOnly: false, options: {} }]
    const joined = [{ name: network, aliases: ['db'], ipv4: null }]
    await bench.create(container(user, idle, { networkMode: null, networks: joined, mounts }))
  })
  afterAll(async () => {
    await browser?.close()
    await bench?.close()
    await house?.admin.volumes.remove({ target, name: volume }).catch(() => undefined)
    await house?.admin.networks.remove({ target, network }).catch(() => undefined)
    await house?.stop()
  })

  test('a file is found, changed and saved, another is dropped in, a third removed', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
    await signIn(page)
    await page.goto(`/volumes?q=${volume}`)
    await page.getByRole('row', { name: user }).waitFor()
    await page.getByRole('link', { name: volume }).click()
    await page.getByRole('button', { name: 'file settings.yaml' }).click()
    const editor = page.getByRole('textbox', { name: 'Text of /settings.yaml' })
    await editor.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('level: info')
    await page.getByRole('button', { name: 'Save file' }).click()
    await page.getByText('/settings.yaml is written').waitFor()
    const at = { target, name: volume }
    const written = await house.admin.volumes.readFile({ ...at, path: '/settings.yaml' })
    expect(written.text).toBe('workers: 4\nlevel: info')
    // Whoever was faster is not overwritten.
    await house.admin.volumes.writeFile({ ...at, path: '/settings.yaml', text: 'faster', digest: written.digest })
    await editor.click()
    await page.keyboard.type('slower')
    await page.getByRole('button', { name: 'Save file' }).click()
    await page.getByRole('button', { name: 'Drop my changes and read it again' }).click()
    await expect.poll(() => editor.innerText(), { timeout: 60_000 }).toContain('faster')

    await page.getByLabel('Files to upload').setInputFiles([
      { name: 'größe.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0xff, 0, 1]) },
      { name: 'plain.txt', mimeType: 'text/plain', buffer: Buffer.from('plain') },
    ])
    await page.getByRole('button', { name: 'file größe.bin' }).waitFor()
    expect((await house.admin.volumes.readFile({ ...at, path: '/plain.txt' })).text).toBe('plain')
    await page.getByRole('button', { name: 'More for größe.bin' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove größe.bin' }).click()
    await page.getByRole('button', { name: 'file größe.bin' }).waitFor({ state: 'detached' })
    expect(errors.filter((text) => !/409|422/.test(text))).toEqual([])
    await context.close()
  })

  test('a container leaves a network and comes back', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
    await signIn(page)
    await page.goto(`/networks?q=${network}`)
    await page.getByRole('link', { name: network }).click()
    await page.getByRole('button', { name: `Disconnect ${user}` }).click()
    await page.getByText('Nothing that runs is in it.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: user }).waitFor()
    expect((await house.admin.networks.get({ target, network })).attached).toMatchObject([{ aliases: ['db'] }])
    // The engine may refuse the very address, and is then asked for another.
    expect(errors.filter((text) => !/502/.test(text))).toEqual([])
    await context.close()
  })

  test.for(views)('each page is whole in $theme, $width', { timeout: 180_000 }, async (view) => {
    const { page, context, errors } = await openPage(browser, house.url, view)
    await signIn(page)
    const pages = {
      volumes: ['/volumes', volume],
      volume: [`/volumes/${target}/${volume}?file=/settings.yaml`, 'Drop files here'],
      networks: ['/networks', network],
      network: [`/networks/${target}/${network}`, user],
      map: [`/networks?view=map&q=${network}`, user],
    } as const
    for (const [name, [address, seen]] of Object.entries(pages)) {
      await page.goto(address)
      await page.getByText(seen).first().waitFor()
      await takePicture(page, `${name}-${view.theme}-${view.width}`)
      expect(await problemsOf(page), `${name} ${view.theme} ${view.width}`).toEqual([])
    }
    expect(errors).toEqual([])
    await context.close()
  })
})
