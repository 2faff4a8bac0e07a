import type { Alert } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { container } from '../../../../test/docker/container.ts'
import { CuttableProxy } from '../../../../test/docker/cuttable-proxy.ts'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { openHookServer } from '../notifications/testing/receivers.ts'

const patience = { timeout: 120_000, interval: 250 }
/** Its first start ends with 3, as one does whose settings are wrong; the next runs, the third ends again. */
const script = `n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n
if [ $((n % 2)) = 1 ]; then echo "ERROR no settings, token=hunter2-secret"; sleep 1; exit 3; fi
trap "exit 0" TERM; while :; do sleep 1 & wait $!; done`

suite('alerts of a real engine', ['docker'], () => {
  let line: CuttableProxy
  let engine: EngineBench
  let house: TestHouse
  let hooks: Awaited<ReturnType<typeof openHookServer>>
  let name: string
  let id: string

  beforeAll(async () => {
    line = new CuttableProxy(where('docker'))
    await line.mend()
    engine = new EngineBench()
    hooks = await openHookServer()
    house = await openTestHouse({ engine: line.address, env: { WHEELHOUSE_LOG_HISTORY: 'true' } })
    // The engine of the lab is shared: only what this suite makes is to be told.
    for (const { id } of (await house.admin.alertRules.list({})).items) await house.admin.alertRules.remove({ id })
    await house.admin.notifications.create({
      name: 'ops',
      channel: { kind: 'webhook', url: hooks.url('/ops') },
      on: ['deployment.succeeded'],
    })
    name = engine.name('alerts')
    const of = { severity: 'critical' as const, channels: ['ops'], clearAfterMs: 0 }
    await house.admin.alertRules.create({
      ...of,
      name: 'Mine failed',
      where: { service: name },
      condition: { kind: 'state', states: ['failed'] },
    })
    const target = house.house.domains.targets.registry.records().find(({ kind }) => kind === 'docker')!
    await house.admin.alertRules.create({
      ...of,
      name: 'Engine lost',
      where: { target: target.id },
      condition: { kind: 'target' },
    })
  }, 120_000)
  afterAll(async () => {
    await line?.mend()
    await house?.close()
    await engine?.close()
    await line?.close()
    hooks?.close()
  })

  const told = () =>
    hooks.hits.map(({ body }) => JSON.parse(body) as { title: string; occasion: string; lines: string[] })
  const open = async (): Promise<Alert[]> => (await house.admin.alerts.list({})).items
  const titles = () => told().map(({ title }) => title)

  test('a container that crashes is told with its last lines, and once more when it runs again', async () => {
    id = await engine.create(container(name, script))
    await vi.waitFor(async () => expect(await open()).toMatchObject([{ subject: name, state: 'open' }]), patience)
    await vi.waitFor(() => expect(titles()).toEqual([`Critical: ${name}`]), patience)
    const [alert] = await open()
    const shown = await house.admin.alerts.get({ id: String(alert!.number) })
    expect(shown.evidence?.exit).toMatchObject({ exitCode: 3 })
    expect(shown.evidence?.lines.map(({ text }) => text)).toEqual([expect.stringContaining('ERROR no settings')])
    expect(JSON.stringify([shown, hooks.hits])).not.toContain('hunter2-secret')
    expect(shown.acts).toMatchObject([{ operation: 'services.restart' }])

    await engine.connection.start(id)
    await vi.waitFor(() => expect(titles()).toEqual([`Critical: ${name}`, `Over: ${name}`]), patience)
    expect(await open()).toEqual([])
  }, 240_000)

  test('an engine that is cut off is one alert, what failed there is folded into it, and both end', async () => {
    await engine.connection.stop(id, { timeoutMs: 5_000 })
    await engine.connection.start(id)
    await vi.waitFor(async () => expect(await open()).toMatchObject([{ number: 1, subject: name }]), patience)
    await line.cut()
    await vi.waitFor(
      async () => expect(await open()).toMatchObject([{ rule: 'Engine lost', children: 1, state: 'open' }]),
      patience,
    )
    const { name: targetName } = house.house.domains.targets.registry.records().find(({ kind }) => kind === 'docker')!
    await vi.waitFor(() => expect(titles()).toContain(`Critical: ${targetName}`), patience)
    await line.mend()
    await vi.waitFor(async () => expect(await open()).toMatchObject([{ subject: name, parentId: null }]), patience)
    await engine.connection.start(id)
    await vi.waitFor(async () => expect(await open()).toEqual([]), patience)
    await vi.waitFor(() => expect(titles().at(-1)).toMatch(/^Over: /), patience)
  }, 300_000)
})
