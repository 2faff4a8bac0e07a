import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import type { SwarmService } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SwarmHouse } from '../../swarm/testing/swarm-house.ts'
import { told } from '../testing/container-stack.ts'

let at: SwarmHouse
const folders: string[] = []
beforeAll(async () => {
  at = await SwarmHouse.open()
})
afterAll(async () => {
  await at?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}, 120_000)

let count = 0

/** A stack of two services on the stand-in, in a folder of its own. */
class Stack {
  readonly name = `swarm-${++count}`
  readonly directory = mkdtempSync(join(tmpdir(), 'wh-swarm-'))
  constructor() {
    folders.push(this.directory)
  }

  write(web: string, api = 'api:1', more: { readonly manifest?: string; readonly compose?: string } = {}): void {
    const { manifest = '', compose = '' } = more
    writeFileSync(
      join(this.directory, 'wheelhouse.yaml'),
      `name: ${this.name}
target: ${at.swarm}
compose: { file: compose.yaml }
pipeline: { strategy: rolling, gate_timeout: 500ms, watch: { for: 0s } }
${manifest}`,
    )
    const update = 'deploy: { replicas: 2, update_config: { monitor: 1ms } }'
    writeFileSync(
      join(this.directory, 'compose.yaml'),
      `services:
  api: { image: '${api}', ${update} }
  web: { image: '${web}', depends_on: [api], ${update}${compose} }
`,
    )
  }

  async deploy(more: Partial<Parameters<typeof at.admin.deployments.start>[0]> = {}): Promise<Deployment> {
    // No registry tells what the tags of a stand-in mean, which is a warning.
    const { id } = await at.admin.deployments.start({ directory: this.directory, force: true, ...more })
    return ended(id)
  }

  service(name: string): SwarmService | undefined {
    return [...at.cluster.services.values()].find(({ Spec }) => Spec.Name === `${this.name}_${name}`)
  }
  images(): (string | undefined)[] {
    return ['api', 'web'].map((name) => this.service(name)?.Spec.TaskTemplate.ContainerSpec?.Image)
  }
}

async function ended(id: string): Promise<Deployment> {
  for (;;) {
    const deployment = await at.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) return deployment
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const stageOf = ({ stages }: Deployment, name: string) => stages.find((stage) => stage.name === name)

test('services are made, changed where they differ, and kept where they do not', async () => {
  const stack = new Stack()
  stack.write('web:1')
  const first = await stack.deploy()
  expect(first.state, told(first)).toBe('succeeded')
  expect(stack.images()).toEqual(['api:1', 'web:1'])
  expect(stack.service('web')?.Spec.Labels).toMatchObject({ 'wheelhouse.release': '1', 'wheelhouse.stack': stack.name })
  const started = stageOf(first, 'start')?.tasks.find(({ name }) => name.endsWith('_web'))
  expect(started).toMatchObject({ state: 'done', message: expect.stringContaining('2 of 2 tasks updated') as string })

  const api = stack.service('api')
  stack.write('web:2')
  const second = await stack.deploy()
  expect(second.state, told(second)).toBe('succeeded')
  expect(stack.images()).toEqual(['api:1', 'web:2'])
  expect(stack.service('api')).toEqual(api)
  expect(stageOf(second, 'start')?.message).toBe('1 started, 1 as they are')
  const release = await at.admin.releases.get({ id: second.release!.id })
  expect(new Set(release.services.map(({ image }) => image))).toEqual(new Set(['api:1', 'web:2']))
}, 120_000)

test('a task that fails takes every service of the run back, with its own words', async () => {
  const stack = new Stack()
  stack.write('web:1')
  expect((await stack.deploy()).state).toBe('succeeded')
  const before = at.cluster.tasks.filter(({ ServiceID }) => ServiceID === stack.service('web')?.ID).length
  stack.write('web:broken', 'api:2')
  const run = await stack.deploy()
  expect(run.state, told(run)).toBe('rolled-back')
  expect(run.outcome).toMatchObject({ stage: 'start', check: { name: 'tasks', output: 'it ended with exit code 3' } })
  expect(run.outcome?.notUndone).toEqual([])
  expect(stack.images()).toEqual(['api:1', 'web:1'])
  expect(stack.service('api')?.Spec.Labels?.['wheelhouse.release']).toBe('1')
  expect(before).toBe(2)
  expect((await at.admin.releases.list({ stack: stack.name })).items.map(({ state }) => state)).toEqual([
    'bad',
    'serving',
  ])
}, 120_000)

test('a task that never starts is given up by our own deadline', async () => {
  const stack = new Stack()
  stack.write('web:1')
  expect((await stack.deploy()).state).toBe('succeeded')
  stack.write('web:stuck')
  const run = await stack.deploy()
  expect(run.state, told(run)).toBe('rolled-back')
  expect(run.outcome?.check?.output).toContain('no suitable node')
  expect(stack.images()).toEqual(['api:1', 'web:1'])
}, 120_000)

test('the first release that does not come up leaves nothing', async () => {
  const stack = new Stack()
  stack.write('web:stuck')
  const run = await stack.deploy()
  expect(run.state, told(run)).toBe('rolled-back')
  expect(stack.images()).toEqual([undefined, undefined])
  expect(at.cluster.networks.some(({ Name }) => Name.startsWith(stack.name))).toBe(false)
}, 120_000)

test('a release that is kept is brought back as it was', async () => {
  const stack = new Stack()
  stack.write('web:1')
  expect((await stack.deploy()).state).toBe('succeeded')
  stack.write('web:2', 'api:2')
  expect((await stack.deploy()).state).toBe('succeeded')
  // What is there when it is brought back counts, not what the files say by then.
  stack.write('web:3', 'api:3')
  const back = await ended((await at.admin.deployments.rollback({ stack: stack.name })).id)
  expect(back.state, told(back)).toBe('succeeded')
  expect(stack.images()).toEqual(['api:1', 'web:1'])
  expect(back.outcome?.summary).toContain('Release 1')
}, 120_000)

test('a service that the manifest has no more goes once the release serves', async () => {
  const stack = new Stack()
  stack.write('web:1')
  expect((await stack.deploy()).state).toBe('succeeded')
  writeFileSync(join(stack.directory, 'compose.yaml'), "services: { api: { image: 'api:1' } }\n")
  const run = await stack.deploy()
  expect(run.state, told(run)).toBe('succeeded')
  expect(stack.images()).toEqual(['api:1', undefined])
}, 120_000)

test('a config that changed is another object, which goes where the run goes back and with its last release', async () => {
  const stack = new Stack()
  const write = (image: string, content: string): void => {
    stack.write('', '', { manifest: 'retention: { releases: 1 }' })
    writeFileSync(
      join(stack.directory, 'compose.yaml'),
      `services:
  api: { image: '${image}', configs: [settings], deploy: { update_config: { monitor: 1ms } } }
configs: { settings: { content: '${content}' } }
`,
    )
  }
  const kept = (): string[] =>
    [...at.cluster.configs.values()].flatMap(({ ID, Spec }) =>
      Spec.Name.startsWith(stack.name) ? [at.cluster.values.get(ID) ?? ''] : [],
    )
  const used = (): string | undefined => {
    const [reference] = stack.service('api')?.Spec.TaskTemplate.ContainerSpec?.Configs ?? []
    return reference && at.cluster.values.get(reference.ConfigID)
  }
  write('api:1', 'one')
  const first = await stack.deploy()
  expect(first.state, told(first)).toBe('succeeded')
  expect(used()).toBe('one')
  write('api:broken', 'never')
  const second = await stack.deploy()
  expect(second.state, told(second)).toBe('rolled-back')
  expect([used(), kept()]).toEqual(['one', ['one']])
  write('api:1', 'three')
  const third = await stack.deploy()
  expect(third.state, told(third)).toBe('succeeded')
  expect([used(), kept()]).toEqual(['three', ['three']])
}, 120_000)

test('two releases are compared: images, tasks, update policy, variables, and which version of each secret and config', async () => {
  const stack = new Stack()
  const write = (image: string, replicas: number, order: string, token: string, mode: string): void => {
    stack.write('', '')
    writeFileSync(join(stack.directory, 'token.txt'), token)
    writeFileSync(
      join(stack.directory, 'compose.yaml'),
      `services:
  api:
    image: '${image}'
    environment: { MODE: ${mode}, API_TOKEN: '${token}' }
    secrets: [token]
    configs: [{ source: settings, target: /etc/settings }]
    deploy: { replicas: ${replicas}, update_config: { monitor: 1ms, order: ${order} } }
secrets: { token: { file: token.txt } }
configs: { settings: { content: 'mode ${mode}' } }
`,
    )
  }
  write('api:1', 1, 'stop-first', 'first-token', 'one')
  const first = await stack.deploy()
  expect(first.state, told(first)).toBe('succeeded')
  write('api:2', 3, 'start-first', 'second-token', 'two')
  const second = await stack.deploy()
  expect(second.state, told(second)).toBe('succeeded')
  const { differences } = await at.admin.releases.compare({ id: first.release!.id, with: second.release!.id })
  const lines = differences.map(({ what, before, after }) => `${what}: ${before} → ${after}`)
  const head = `services.${stack.name}_api`
  const version = `${stack.name}_settings`
  expect(lines.filter((line) => line.startsWith('services.'))).toEqual([
    `${head}.image: api:1 → api:2`,
    `${head}.tasks: 1 task → 3 tasks`,
    expect.stringMatching(
      new RegExp(`^${head}.secrets.token: ${stack.name}_token → ${stack.name}_token-[0-9a-f]{10}$`),
    ),
    expect.stringMatching(new RegExp(`^${head}.configs./etc/settings: ${version} → ${version}-[0-9a-f]{10}$`)),
    `${head}.update.order: stop-first → start-first`,
    `${head}.environment.API_TOKEN: [secret] → [secret]`,
    `${head}.environment.MODE: one → two`,
  ])
  expect(JSON.stringify(differences)).not.toMatch(/first-token|second-token/)
}, 120_000)

test('strategies that a Swarm does not have, and what no proxy reaches, are refused before anything is changed', async () => {
  const stack = new Stack()
  stack.write('web:1', 'api:1', { manifest: '' })
  const run = await stack.deploy({ strategy: 'blue-green' })
  expect(run).toMatchObject({ state: 'failed', outcome: { stage: 'preflight' } })
  expect(run.outcome?.error?.message).toContain('Write strategy: rolling')
  expect(stack.images()).toEqual([undefined, undefined])

  writeFileSync(
    join(stack.directory, 'wheelhouse.yaml'),
    `name: ${stack.name}
target: ${at.swarm}
compose: { file: compose.yaml, services: { web: { port: 80, expose: 18080 } } }
pipeline: { strategy: rolling }
`,
  )
  const { checks } = await at.admin.deployments.check({ directory: stack.directory })
  const failed = checks.filter(({ ok, severity }) => !ok && severity === 'error')
  expect(failed.map(({ fix }) => fix)).toEqual([expect.stringContaining('ports:')])
}, 120_000)

test('preflight counts room for every task', async () => {
  const stack = new Stack()
  const reserved = "\n  big: { image: 'big:1', deploy: { resources: { reservations: { cpus: '4096' } } } }"
  stack.write('web:1', 'api:1', { compose: ' }' })
  writeFileSync(join(stack.directory, 'compose.yaml'), `services:${reserved}\n`)
  const { checks } = await at.admin.deployments.check({ directory: stack.directory })
  const room = checks.find(({ id }) => id.startsWith('swarm-room'))
  expect(room).toMatchObject({ ok: false, severity: 'error' })
  expect(room?.message).toContain('0 of 1 tasks')
}, 120_000)
