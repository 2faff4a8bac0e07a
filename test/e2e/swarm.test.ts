import type { SwarmServiceDraft } from '@wheelhouse/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as nodes from '../docker/swarm-of-nodes.ts'
import { suite, where } from '../needs.ts'
import { openBrowser, openPage, problemsOf, signIn, takePicture, views } from './browser.ts'
import { type RunningHouse, startHouse } from './running-house.ts'

const patience = { timeout: 180_000, interval: 250 }
const long = { timeout: 480_000 }
const idle = ['sh', '-c', 'echo task is up; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']

/** One after the other on the lab's three machines; each can be run alone, for the Swarm is begun where it is not there. */
suite('a Swarm in the browser', ['swarm', 'n1', 'n2', 'n3', 'chromium'], () => {
  let house: RunningHouse
  let browser: Browser
  beforeAll(async () => {
    await nodes.leaveSwarm()
    house = await startHouse()
    browser = await openBrowser()
    for (const name of nodes.nodeNames) await house.admin.targets.register({ name, address: where(name) })
    await vi.waitFor(async () => {
      const { items } = await house.admin.targets.list({ kind: 'docker' })
      expect(items.map(({ state }) => state)).toEqual(['connected', 'connected', 'connected'])
    }, patience)
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await house?.stop()
    await nodes.leaveSwarm()
  }, 180_000)

  const at = (name: nodes.NodeName): string => `${nodes.addressOf(name)}:2377`
  const mark = Math.random().toString(36).slice(2, 7)
  const named = (name: string): string => `${name}-${mark}`
  const draft = (name: string, more: Partial<SwarmServiceDraft> = {}): SwarmServiceDraft => ({
    name: named(name),
    image: `${where('nodesRegistry')}/lab/web:1`,
    mode: { kind: 'replicated', replicas: 3 },
    command: idle,
    endpointMode: 'dnsrr',
    restart: { condition: 'any', delayMs: 500 },
    update: { parallelism: 1, delayMs: 4000, monitorMs: 1000, onFailure: 'rollback' },
    rollback: { parallelism: 0, monitorMs: 1000 },
    ...more,
  })

  /** Its id, with all three nodes in it. */
  const ready = async (): Promise<string> => {
    const { admin } = house
    const known = (await admin.swarm.list({})).items[0]
    if (!known) await admin.swarm.init({ target: 'n1', advertise: at('n1'), listen: at('n1') })
    const swarm = await vi.waitFor(async () => {
      const [one] = (await admin.swarm.list({})).items
      expect(one).toBeDefined()
      return one!.targetId
    }, patience)
    const inside = (await admin.nodes.list({ swarm })).items.map(({ targetId }) => targetId)
    for (const target of ['n2', 'n3'] as const)
      if (!inside.includes(target))
        await admin.swarm.join({ swarm, target, role: 'worker', advertise: at(target), listen: at(target) })
    await vi.waitFor(async () => {
      const { items } = await admin.nodes.list({ swarm })
      expect(items.filter(({ state }) => state === 'ready')).toHaveLength(3)
    }, patience)
    return swarm
  }
  const idOf = async (name: string): Promise<string | undefined> =>
    (await house.admin.services.list({ q: named(name) })).items.find(
      (row) => row.name === named(name) && row.kind === 'swarm-service',
    )?.id
  /** A service that runs with all its tasks; made where it is not there. */
  const running = async (name: string, more: Partial<SwarmServiceDraft> = {}): Promise<string> => {
    const swarm = await ready()
    const id = (await idOf(name)) ?? (await house.admin.swarmServices.create({ swarm, draft: draft(name, more) })).id
    await vi.waitFor(async () => {
      const now = await house.admin.swarmServices.rollout({ id })
      expect(now.running).toBe(now.desired)
    }, patience)
    return id
  }
  const open = async (theme: 'dark' | 'light' = 'dark') => {
    const opened = await openPage(browser, house.url, { theme, width: 'wide' })
    await signIn(opened.page)
    return opened
  }
  const dialog = (page: Page) => page.getByRole('dialog')

  test(
    'is begun on one engine and joined by another, each after its plan; tokens are shown, replaced and hidden',
    long,
    async () => {
      const { page, context, errors } = await open()
      await page.goto('/swarms')
      await page.getByText('No Swarms.').waitFor()
      await page.getByRole('button', { name: 'Begin a Swarm…' }).first().click()
      await dialog(page).getByLabel('Engine').selectOption('n1')
      await dialog(page).getByLabel('Address others reach it by').fill(at('n1'))
      await dialog(page).getByLabel('Address it listens on').fill(at('n1'))
      await dialog(page).getByRole('button', { name: 'Show plan' }).click()
      await dialog(page).getByText('Make n1 the first manager of a new Swarm').waitFor()
      await dialog(page).getByRole('button', { name: 'Begin on n1' }).click()
      await page.getByText('It decides alone.').waitFor({ timeout: 60_000 })

      await page.getByRole('button', { name: 'Add node…' }).click()
      await dialog(page).getByLabel('Engine').selectOption('n2')
      await dialog(page).getByLabel('Role').selectOption('manager')
      await dialog(page).getByLabel('Address others reach it by').fill(at('n2'))
      await dialog(page).getByLabel('Address it listens on').fill(at('n2'))
      await dialog(page).getByRole('button', { name: 'Show plan' }).click()
      await dialog(page).getByText('2 managers tolerate no more losses than 1').waitFor()
      await dialog(page).getByRole('button', { name: 'Let n2 join' }).click()
      await dialog(page).waitFor({ state: 'detached', timeout: 60_000 })
      await page.getByText('Two managers tolerate no loss').waitFor({ timeout: 60_000 })

      await page.getByRole('button', { name: 'Show tokens' }).click()
      const command = page.getByLabel('Run this on a new worker')
      const before = await command.innerText()
      expect(before).toContain('docker swarm join --token SWMTKN-1-')
      await page.getByRole('button', { name: 'Replace worker token…' }).click()
      await dialog(page).getByRole('button', { name: 'Replace worker token' }).click()
      await expect.poll(() => command.innerText(), patience).not.toBe(before)
      await page.getByRole('button', { name: 'Hide tokens' }).click()
      expect(await page.content()).not.toContain('SWMTKN-1-')

      // Locked, the key is told once and on asking; unlocked again it is gone.
      const lock = async (on: boolean): Promise<void> => {
        await page.getByRole('button', { name: 'Change…' }).click()
        await dialog(page).getByLabel('Lock managers that restart').setChecked(on)
        await dialog(page).getByRole('button', { name: 'Change settings' }).click()
      }
      await lock(true)
      await expect
        .poll(() => dialog(page).getByRole('region', { name: 'Key', exact: true }).innerText(), patience)
        .toMatch(/^SWMKEY-1-/)
      await dialog(page).getByRole('button', { name: 'Close, it is kept' }).click()
      await page.getByRole('button', { name: 'Show unlock key' }).click()
      await expect
        .poll(() => page.getByRole('region', { name: 'Unlock key' }).innerText(), patience)
        .toMatch(/^SWMKEY-1-/)
      await page.getByRole('button', { name: 'Hide unlock key' }).click()
      await expect.poll(() => page.content(), patience).not.toContain('SWMKEY-1-')
      await lock(false)
      await page.getByText('It is not locked').waitFor({ timeout: 60_000 })

      await page.getByRole('link', { name: 'Nodes' }).last().click()
      await page
        .getByRole('row', { name: /n2/ })
        .getByRole('button', { name: /^Actions for/ })
        .click()
      await page.getByRole('menuitem', { name: 'Demote…' }).click()
      await dialog(page).getByText('role: manager → worker').waitFor()
      await dialog(page)
        .getByRole('button', { name: /^Demote/ })
        .click()
      await dialog(page).waitFor({ state: 'detached' })
      await vi.waitFor(async () => expect((await house.admin.swarm.list({})).items[0]?.managers).toBe(1), patience)
      // Asked before its manager was heard for the first time, the Swarm is not there yet.
      expect(errors.filter((text) => !/status of (404|503)/.test(text))).toEqual([])
      await context.close()
    },
  )

  test('a service is written, previewed, planned and made, and its page shows the tasks come up', long, async () => {
    const swarm = await ready()
    const { page, context, errors } = await open('light')
    await page.goto(`/swarm-services/new?swarm=${encodeURIComponent(swarm)}`)
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByText('2 mistakes in the form').waitFor()
    const { image } = draft('web')
    await page.getByLabel('Name', { exact: true }).fill(named('web'))
    await page.getByLabel('Image', { exact: true }).fill(image)
    await page.getByLabel('Tasks', { exact: true }).fill('4')
    await page.getByLabel('Its name leads to').selectOption('dnsrr')
    await page.getByLabel('Environment', { exact: true }).fill('MODE=one\nAPI_TOKEN=very-secret-9')
    await page.getByLabel('Memory reserved').fill('16m')
    await expect.poll(() => page.getByLabel('Preview').innerText(), patience).toContain('replicas: 4')
    await page.getByRole('radio', { name: 'docker service create' }).click()
    await expect.poll(() => page.getByLabel('Preview').innerText(), patience).toContain('--replicas 4')
    await page.getByRole('radio', { name: 'Where' }).click()
    await page.getByRole('table', { name: 'Nodes and whether one more task fits' }).waitFor()
    expect(await page.getByText('One more fits.').count()).toBe(3)
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByText(`Create the service ${named('web')}`).waitFor()
    await page.getByRole('button', { name: 'Make service' }).click()
    await page.getByRole('heading', { level: 1, name: named('web') }).waitFor()
    await page.getByText(`${named('web')} runs as it was made: 4 of 4 tasks.`).waitFor({ timeout: 180_000 })
    expect(await page.getByRole('list', { name: 'Places and what is in them' }).getByRole('listitem').count()).toBe(4)

    await page.getByRole('button', { name: 'Scale…' }).click()
    await dialog(page).getByLabel('Tasks', { exact: true }).fill('2')
    await dialog(page).getByRole('button', { name: 'Show plan' }).click()
    await dialog(page).getByText('replicas: 4 → 2').waitFor()
    await dialog(page).getByRole('button', { name: 'Scale to 2 tasks' }).click()
    await page.getByText('2 of 2 tasks').first().waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: 'Placement' }).click()
    await page
      .getByText('As many more tasks as wanted fit')
      .or(page.getByText(/more tasks? fits?/))
      .first()
      .waitFor()

    // The form of what is there tells no secret, and keeps it.
    await page.goto(`/swarm-services/${encodeURIComponent((await idOf('web')) ?? '')}/edit`)
    const environment = page.getByLabel('Environment', { exact: true })
    await expect.poll(() => environment.inputValue(), patience).toContain('API_TOKEN')
    expect(await page.content()).not.toContain('very-secret-9')
    await environment.fill((await environment.inputValue()).replace('MODE=one', 'MODE=two'))
    await page.getByRole('button', { name: 'Show plan' }).click()
    await page.getByText('environment.MODE: one → two').waitFor()
    await page.getByRole('button', { name: 'Change service' }).click()
    await page.getByText(/The update of .* is complete: all 2 tasks run/).waitFor({ timeout: 180_000 })
    await page
      .getByRole('link', { name: /^Terminal in/ })
      .first()
      .click()
    await page.getByText('recorded in the audit log').first().waitFor({ timeout: 60_000 })
    expect(errors).toEqual([])
    await context.close()
  })

  test(
    'a rollout is watched: its clock, held and let go on, and brought back by itself with the reason',
    long,
    async () => {
      const id = await running('rolling', { environment: { VERSION: '1' } })
      const { page, context, errors } = await open()
      await page.goto(`/services/${encodeURIComponent(id)}`)
      await page.getByText('3 of 3 tasks').first().waitFor()
      await house.admin.swarmServices.update({ id, draft: draft('rolling', { environment: { VERSION: '2' } }) })
      await page
        .getByText(/The next 1 task in|on its way/)
        .first()
        .waitFor({ timeout: 60_000 })
      await page.getByText(/Unless it gets on, it is undone in 9 min/).waitFor()
      await takePicture(page, 'swarm-rollout-live-dark-wide')
      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await page.getByText('It is held').waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText(/is complete: all 3 tasks run/).waitFor({ timeout: 180_000 })

      // One log of all tasks, each line with the place it is from.
      await page.getByLabel('Parts of the service').getByRole('link', { name: 'Logs' }).click()
      for (const slot of [1, 2, 3])
        await page
          .locator('.log-line .source')
          .getByText(new RegExp(`^${slot} n`))
          .first()
          .waitFor()
      await page.getByRole('link', { name: 'Rollout' }).click()

      await house.admin.swarmServices.update({
        id,
        draft: draft('rolling', { environment: { VERSION: '3' }, command: ['sh', '-c', 'sleep 0.5; exit 3'] }),
      })
      await page.getByText('rolled back', { exact: true }).waitFor({ timeout: 180_000 })
      await page
        .getByText(/exit code 3/)
        .first()
        .waitFor()
      await takePicture(page, 'swarm-rollout-back-dark-wide')
      expect(errors).toEqual([])
      await context.close()
    },
  )

  test('a task that no node can take says why, and our deadline brings the service back', long, async () => {
    const id = await running('hanging')
    const { page, context, errors } = await open()
    await page.goto(`/services/${encodeURIComponent(id)}`)
    await page.getByText('3 of 3 tasks').first().waitFor()
    const nowhere = draft('hanging', { constraints: ['node.labels.nowhere == true'] })
    await house.admin.swarmServices.update({ id, draft: nowhere, deadlineMs: 12_000 })
    await page
      .getByText(/No suitable node/)
      .first()
      .waitFor({ timeout: 60_000 })
    await takePicture(page, 'swarm-rollout-pending-dark-wide')
    await page
      .getByText(/3 of 3 tasks|all 3 tasks run|went back/)
      .first()
      .waitFor({ timeout: 180_000 })
    await vi.waitFor(async () => expect((await house.admin.swarmServices.rollout({ id })).running).toBe(3), patience)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a secret is made, given to a service, rotated as a followed job, and led back', long, async () => {
    const swarm = await ready()
    const name = named('db')
    const { page, context, errors } = await open('light')
    await page.goto(`/swarms/${encodeURIComponent(swarm)}/secrets`)
    await page.getByRole('button', { name: 'New secret…' }).click()
    await dialog(page).getByLabel('Name').fill(name)
    await dialog(page).getByLabel('Value', { exact: true }).fill('first-value-1')
    await dialog(page).getByRole('button', { name: 'Make secret' }).click()
    await page.getByRole('row', { name: new RegExp(name) }).waitFor()
    const id = await running('reader', {
      mode: { kind: 'replicated', replicas: 1 },
      secrets: [{ name, file: 'db' }],
      update: { parallelism: 1, monitorMs: 500, onFailure: 'rollback' },
    })
    const row = (of: string) => page.getByRole('row', { name: new RegExp(`${of}(?!-)`) })
    await row(name)
      .getByRole('link', { name: named('reader') })
      .waitFor()

    await row(name)
      .getByRole('button', { name: /^Actions for/ })
      .click()
    await page.getByRole('menuitem', { name: 'New version…' }).click()
    await dialog(page).getByLabel('Value', { exact: true }).fill('second-value-2')
    await dialog(page).getByRole('button', { name: 'Show plan' }).click()
    await dialog(page).getByText(`Make ${name}-v2`).waitFor()
    await dialog(page)
      .getByRole('button', { name: `Rotate ${name}` })
      .click()
    await dialog(page).getByRole('button', { name: 'Close' }).click({ timeout: 180_000 })
    await page
      .getByRole('row', { name: new RegExp(`${name}-v2`) })
      .getByRole('link', { name: named('reader') })
      .waitFor()
    const reads = async (): Promise<string> => {
      const { items } = await house.admin.tasks.list({ swarm, service: id, state: 'running' })
      const inside = items.find(({ containerServiceId }) => containerServiceId !== null)?.containerServiceId
      return inside ? (await house.admin.services.exec({ id: inside, argv: ['cat', '/run/secrets/db'] })).stdout : ''
    }
    await expect.poll(reads, patience).toBe('second-value-2')

    await page.getByRole('button', { name: `Actions for ${name}-v2` }).click()
    await page.getByRole('menuitem', { name: 'Back to an earlier version…' }).click()
    await dialog(page).getByText('replace', { exact: true }).waitFor()
    await dialog(page).getByRole('button', { name: 'Move 1 back' }).click()
    await dialog(page).getByRole('button', { name: 'Close' }).click({ timeout: 180_000 })
    await expect.poll(reads, patience).toBe('first-value-1')
    expect(await page.content()).not.toMatch(/first-value-1|second-value-2/)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a node gets labels, is drained after its plan, and takes tasks again by undo', long, async () => {
    const swarm = await ready()
    await running('moving')
    const { items } = await house.admin.nodes.list({ swarm })
    const { nodeId, hostname } = items.find(({ targetId }) => targetId === 'n3')!
    const { page, context, errors } = await open()
    await page.goto(`/swarms/${encodeURIComponent(swarm)}/nodes/${nodeId}`)
    await page.getByRole('heading', { level: 1, name: hostname }).waitFor()
    await page.getByRole('button', { name: `Actions for ${hostname}` }).click()
    await page.getByRole('menuitem', { name: 'Labels…' }).click()
    await dialog(page).getByLabel('Labels').fill('disk=ssd\nzone=north')
    await dialog(page).getByRole('button', { name: 'Show plan' }).click()
    await dialog(page).getByText('label disk: none → ssd').waitFor()
    await dialog(page).getByRole('button', { name: 'Change labels' }).click()
    await page.getByText('disk ssd').first().waitFor()
    await page.getByRole('button', { name: 'Drain…' }).click()
    await dialog(page).getByText('availability: active → drain').waitFor()
    await takePicture(page, 'swarm-drain-dark-wide')
    await dialog(page)
      .getByRole('button', { name: /^Drain/ })
      .click()
    await page.getByText('drained', { exact: true }).first().waitFor()
    await page.getByText('No task runs here.').waitFor({ timeout: 180_000 })
    await page.getByRole('button', { name: 'Activate' }).click()
    await page.getByText(`${hostname} takes tasks`).waitFor()
    await vi.waitFor(
      async () => expect((await house.admin.nodes.get({ swarm, node: nodeId })).availability).toBe('active'),
      patience,
    )
    expect(errors).toEqual([])
    await context.close()
  })

  test('the map joins tasks to their overlay networks, and says the same as a table', long, async () => {
    const swarm = await ready()
    const network = named('front')
    await house.admin.networks.create({ target: 'n1', name: network, driver: 'overlay', attachable: true })
    await running('mapped', { networks: [{ name: network }] })
    const { page, context, errors } = await open()
    await page.goto(`/swarms/${encodeURIComponent(swarm)}/map?q=${named('mapped')}`)
    const card = page.getByRole('link', { name: new RegExp(`^${network}`) })
    await card.waitFor({ timeout: 60_000 })
    // By the keyboard alone: what has the focus is lit with all it is joined to.
    await card.focus()
    await expect.poll(() => page.locator('.topology-sheet path.lit').count(), patience).toBe(3)
    await page.getByRole('radio', { name: 'Table' }).click()
    const table = page.getByRole('table', { name: 'Tasks with their nodes and networks' })
    await expect.poll(() => table.getByRole('row').filter({ hasText: network }).count(), patience).toBe(3)
    expect(errors).toEqual([])
    await context.close()
  })

  test.for(views)('each page is whole in $theme, $width', { timeout: 480_000 }, async (view) => {
    const swarm = encodeURIComponent(await ready())
    const id = encodeURIComponent(await running('whole'))
    const { items } = await house.admin.nodes.list({ swarm: decodeURIComponent(swarm) })
    const secret = { swarm: decodeURIComponent(swarm), name: named('shown'), value: 'very-secret-8' }
    await house.admin.swarmSecrets
      .create(secret)
      .catch((error: { code: string }) => expect(error.code).toBe('CONFLICT'))
    const { page, context, errors } = await openPage(browser, house.url, view)
    await signIn(page)
    const pages = {
      swarms: ['/swarms', 'manager'],
      'swarm-summary': [`/swarms/${swarm}`, 'Reserved on active nodes'],
      'swarm-map': [`/swarms/${swarm}/map`, `${named('whole')}.1`],
      'swarm-nodes': [`/swarms/${swarm}/nodes`, 'manager, leads'],
      'swarm-node': [`/swarms/${swarm}/nodes/${items[0]!.nodeId}`, 'Tasks here'],
      'swarm-services': [`/swarms/${swarm}/services`, named('whole')],
      'swarm-tasks': [`/swarms/${swarm}/tasks`, `${named('whole')}.1`],
      'swarm-secrets': [`/swarms/${swarm}/secrets`, named('shown')],
      'swarm-configs': [`/swarms/${swarm}/configs`, 'No configs.'],
      'swarm-service': [`/services/${id}`, 'Rules of a rollout'],
      'swarm-placement': [`/services/${id}/placement`, 'Would one more fit'],
      'swarm-logs': [`/services/${id}/logs`, 'task is up'],
      'swarm-service-new': [`/swarm-services/new?swarm=${swarm}`, 'The same, written'],
      'swarm-service-edit': [`/swarm-services/${id}/edit`, 'How it changes'],
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
