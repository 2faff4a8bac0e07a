import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { container, idle } from '../docker/container.ts'
import { EngineBench } from '../docker/engine-bench.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const patience = { timeout: 60_000, interval: 200 }

suite('containers, the policy and the engine in the browser', ['docker', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  let bench: EngineBench
  let made: string
  let standing: string
  const target = 'engine'
  const idOf = async (name: string): Promise<string | undefined> =>
    (await house.admin.services.list({ q: name })).items.find((row) => row.name === name)?.id

  beforeAll(async () => {
    house = await startHouse()
    browser = await openBrowser()
    bench = new EngineBench()
    const { targets } = house.admin
    await targets.register({ name: target, address: where('docker') })
    await vi.waitFor(async () => expect((await targets.get({ id: target })).state).toBe('connected'), patience)
    made = bench.name('made')
    standing = bench.name('standing')
    await bench.create(
      container(standing, idle, { stack: '', labels: {}, environment: { API_TOKEN: 'very-secret-6' } }),
    )
    await vi.waitFor(async () => expect(await idOf(standing)).toBeDefined(), patience)
  })
  afterAll(async () => {
    await browser?.close()
    for (const name of [made, standing]) {
      const id = await idOf(name).catch(() => undefined)
      if (id) await house.admin.services.remove({ id, volumes: true }).catch(() => undefined)
    }
    await house?.admin.policies.clear({ target }).catch(() => undefined)
    await bench?.close()
    await house?.stop()
  })

  const preview = (page: Page) => page.getByLabel('Preview')

  test('a pasted command fills the form, the preview follows it, and the container is made', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
    await signIn(page)
    await page.goto(`/containers/new?target=${target}`)
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByText('2 mistakes in the form').waitFor()
    await page.getByRole('button', { name: 'Paste a docker run command…' }).click()
    await page
      .getByRole('dialog')
      .getByLabel('Command', { exact: true })
      .fill(`docker run -d --pull never --name ${made} -e MODE=one -p 127.0.0.1::80 lab/busybox:1 sh -c 'sleep 600'`)
    await page.getByRole('button', { name: 'Fill the form' }).click()
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe(made)
    expect(await page.getByLabel('Ports', { exact: true }).inputValue()).toBe('127.0.0.1::80')
    await page.getByLabel('Environment', { exact: true }).fill('MODE=two')
    await expect.poll(() => preview(page).innerText(), patience).toContain('MODE')
    await page.getByRole('radio', { name: 'docker run' }).click()
    await expect.poll(() => preview(page).innerText(), patience).toContain('MODE=two')
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByText(`Make the container ${made}`).waitFor()
    await page.getByRole('button', { name: 'Make container' }).click()
    await page.getByRole('link', { name: 'Open container' }).click({ timeout: 60_000 })
    await page.getByRole('heading', { level: 1, name: made }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  test('it is changed by its form, and a secret is kept without being shown', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
    await signIn(page)
    const before = (await idOf(standing)) ?? ''
    await page.goto(`/services/${before}`)
    await page.getByRole('button', { name: `Actions for ${standing}` }).click()
    await page.getByRole('menuitem', { name: 'Change…' }).click()
    const environment = page.getByLabel('Environment', { exact: true })
    await expect.poll(() => environment.inputValue(), patience).toContain('API_TOKEN')
    expect(await page.content()).not.toContain('very-secret-6')
    await environment.fill(`${await environment.inputValue()}\nMODE=new`)
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByText('environment.MODE: none → new').waitFor()
    await page.getByRole('button', { name: 'Replace container' }).click()
    await page.getByRole('link', { name: 'Open container' }).click({ timeout: 60_000 })
    const after = await vi.waitFor(async () => {
      const id = await idOf(standing)
      expect(id).not.toBe(before)
      return id ?? ''
    }, patience)
    const told = await house.admin.services.exec({ id: after, argv: ['sh', '-c', 'echo $MODE $API_TOKEN'] })
    expect(told.stdout).toBe('new very-secret-6\n')
    expect(errors.filter((text) => !/404/.test(text))).toEqual([])
    await context.close()
  })

  test('what does not become healthy is told, and the old one is back', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
    await signIn(page)
    const before = (await idOf(standing)) ?? ''
    await page.goto(`/containers/${before}/edit`)
    await page.getByLabel('Command', { exact: true }).fill(`sh -c 'echo torn; exit 3'`)
    await page.getByLabel('Healthy within').fill('20s')
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByRole('button', { name: 'Replace container' }).click()
    await page.getByRole('alert').getByText('torn').waitFor({ timeout: 60_000 })
    await takePicture(page, 'container-came-back')
    await page.getByRole('button', { name: 'Back to the form' }).click()
    expect(await page.getByLabel('Command', { exact: true }).inputValue()).toContain('torn')
    expect(await idOf(standing)).toBe(before)
    expect((await house.admin.services.get({ id: before })).state).toBe('running')
    expect(errors).toEqual([])
    await context.close()
  })

  test('stopped containers go as the plan says, and only those', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
    await signIn(page)
    const old = bench.name('old')
    await bench.create(container(old, 'true', { stack: '', labels: { prunes: old } }))
    await vi.waitFor(async () => expect(await idOf(old)).toBeDefined(), patience)
    await page.goto('/services')
    await page.getByRole('button', { name: 'Remove stopped…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Target').selectOption({ label: target })
    await dialog.getByLabel('With the label').fill(`prunes=${old}`)
    await dialog.getByText(`Remove 1 stopped container of ${target}`).waitFor()
    await dialog.getByRole('button', { name: 'Remove 1 container' }).click()
    await page.getByText('1 container removed').waitFor()
    await vi.waitFor(async () => expect(await idOf(old)).toBeUndefined(), patience)
    expect(await idOf(standing)).toBeDefined()
    expect(errors).toEqual([])
    await context.close()
  })

  test('limits change while it runs; processes and files are shown', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
    await signIn(page)
    const id = (await idOf(standing)) ?? ''
    await page.goto(`/services/${id}`)
    await page.getByRole('button', { name: `Actions for ${standing}` }).click()
    await page.getByRole('menuitem', { name: 'Limits…' }).click()
    const memory = page.getByRole('dialog').getByLabel('Memory', { exact: true })
    await memory.fill('much')
    await memory.blur()
    await page.getByText('Write a size such as 512m').waitFor()
    await memory.fill('64m')
    await page.getByRole('button', { name: 'Change limits' }).click()
    await page.getByText(`${standing} has its new limits`).waitFor()
    const { native } = await house.admin.services.inspect({ id })
    expect((native as { HostConfig: { Memory: number } }).HostConfig.Memory).toBe(64 * 1_048_576)

    await page.getByRole('link', { name: 'Processes' }).click()
    await page.getByRole('table', { name: `Processes of ${standing}` }).waitFor()
    await house.admin.containers.writeFile({ id, path: '/root/note', text: 'mine\n' })
    await page.getByRole('link', { name: 'Files' }).click()
    await page.getByRole('button', { name: 'folder root' }).click()
    await page.getByRole('button', { name: 'file note' }).click()
    await page.getByRole('textbox', { name: 'Text of /root/note' }).waitFor()
    await page.getByRole('radio', { name: 'Changed since the image' }).click()
    await page.getByText('/root/note').first().waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  test('a target gets a policy of its own, which the form of a container tells, and goes back to the house', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'light', width: 'wide' })
    await signIn(page)
    await page.goto('/policies')
    await page.getByRole('link', { name: new RegExp(`^${target}`) }).click()
    await page.getByRole('button', { name: 'Give it a policy of its own' }).click()
    await page.getByLabel('Images that may run').fill('registry.example.com/*')
    await page.getByLabel('The policy binds administrators too').check()
    await page.getByRole('button', { name: 'Save policy' }).click()
    await page.getByText('It holds from now on').waitFor()
    await page.goto(`/containers/new?target=${target}&image=lab/busybox:1`)
    await page.getByLabel('Name', { exact: true }).fill('refused')
    await page.getByText('The policy forbids it:').first().waitFor()
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByRole('alert').getByText('POLICY_REFUSED').waitFor()
    await takePicture(page, 'container-refused')
    await page.getByRole('link', { name: 'Open the policy' }).click()
    await page.getByText(`${target} has its own policy`).waitFor()
    await page.goto('/policies')
    await page.getByRole('link', { name: new RegExp(`^${target}`) }).click()
    await page.getByRole('button', { name: 'Follow the house…' }).click()
    await page.getByRole('button', { name: 'Follow the house', exact: true }).click()
    await page.getByText(`${target} follows the policy of the house`).waitFor()
    // Refused on purpose.
    expect(errors.filter((text) => !/403/.test(text))).toEqual([])
    await context.close()
  })

  test('the engine counts its disk, tells its events live, and plans a clean-up', async () => {
    const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
    await signIn(page)
    await page.goto(`/targets/${(await house.admin.targets.get({ id: target })).id}/engine?q=${standing}`)
    await page.getByRole('button', { name: /^Count( again)?$/ }).click()
    await page.getByRole('table', { name: 'Disk usage' }).waitFor({ timeout: 60_000 })
    const id = (await idOf(standing)) ?? ''
    await house.admin.services.pause({ id })
    await page.getByRole('row', { name: /pause/ }).first().waitFor()
    await house.admin.services.resume({ id })
    await page.getByRole('button', { name: 'Remove unused…' }).click()
    await page.getByLabel('Stopped containers').check()
    await page.getByRole('button', { name: 'Keep it all' }).click()
    expect(errors).toEqual([])
    await context.close()
  })

  test.for(views)('each page is whole in $theme, $width', { timeout: 180_000 }, async (view) => {
    const { page, context, errors } = await openPage(browser, house.url, view)
    await signIn(page)
    const id = (await idOf(standing)) ?? ''
    const pages = {
      'container-new': [`/containers/new?target=${target}&image=lab/busybox:1`, 'The same, written'],
      'container-edit': [`/containers/${id}/edit`, 'How it is replaced'],
      'container-processes': [`/services/${id}/processes`, 'numbered as on the host'],
      'container-files': [`/services/${id}/files?path=/root`, 'Drop files here'],
      'container-changes': [`/services/${id}/files?view=changed`, 'Look again'],
      policy: ['/policies', 'May reach the host'],
      engine: [`/targets/${(await house.admin.targets.get({ id: target })).id}/engine`, 'What it lacks'],
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
