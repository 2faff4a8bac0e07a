import { createDockerDriver } from '@wheelhouse/driver-docker'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { suite, where } from '../../../../../test/needs.ts'
import { admin, as, by, openStacks } from '../testing/stack-room.ts'

const run = promisify(execFile)

suite('projects of Compose, adopted', ['compose', 'docker'], () => {
  const name = `wh-adopt-${process.pid}`
  const finish: (() => unknown)[] = []
  afterEach(async () => {
    for (const one of finish.splice(0).toReversed()) await one()
  })
  const source = `services:
  web:
    image: lab/busybox:1
    command: ["sh", "-c", "sleep $\${TIME:-600}"]
    init: true
    env_file: web.env
    environment: { STAGE: "\${STAGE}" }
    labels: { own: "yes" }
    volumes: ["kept:/kept", "./data:/data:ro"]
    networks: { default: { aliases: [www] }, back: }
    depends_on: [db]
    scale: 2
  db:
    image: lab/busybox:1
    command: ["sleep", "600"]
    init: true
    mem_limit: 64m
    ulimits: { nofile: 1024 }
    healthcheck: { test: ["CMD", "true"], interval: 2s }
    environment: { DB_PASSWORD: "pa$$word" }
volumes: { kept: { labels: { of: shop } } }
networks: { back: { internal: true } }
`
  async function open() {
    const directory = mkdtempSync(join(tmpdir(), 'wh-adopt-'))
    finish.push(() => rmSync(directory, { recursive: true, force: true }))
    const write = (file: string, text: string) => writeFileSync(join(directory, file), text)
    write('compose.yaml', source)
    write('web.env', 'API_TOKEN=t0p-secret\n')
    write('.env', 'STAGE=live\n')
    const config = process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? ''
    const compose = async (...args: string[]): Promise<string> => {
      const of = ['--config', config, '-H', where('docker'), 'compose', '-p', name, '--project-directory', directory]
      return (await run(where('compose'), [...of, ...args], { timeout: 50_000 })).stdout
    }
    await compose('up', '-d')
    finish.push(() => compose('down', '--volumes', '--timeout', '1'))
    const room = await openStacks([[createDockerDriver(), where('docker')]], { waitMs: 60_000 })
    finish.push(async () => {
      await room.remove(name, true).catch(() => undefined)
      await room.close()
    })
    const own = () =>
      [...room.registry.mirror('docker').services.values()]
        .filter((service) => service.stack === name)
        .map(({ id, name: container, startedAt, state }) => ({ id, container, startedAt, state }))
        .toSorted((a, b) => a.container.localeCompare(b.container))
    await expect.poll(() => own().map(({ state }) => state)).toEqual(['running', 'running', 'running'])
    const draft = (caller = admin) => room.handlers.draft({ id: `docker:${name}` }, by(caller))
    const listed = async () => (await compose('ps', '--format', '{{.Name}} {{.State}}')).trim().split('\n').toSorted()
    return { ...room, compose, directory, write, own, draft, listed }
  }
  const running = ['db-1', 'web-1', 'web-2'].map((one) => `${name}-${one} running`)

  it('from their own files, with no restart', async () => {
    const { draft, plan, apply, own, listed, handlers } = await open()
    const { source: text, directory, files, from, notes } = await draft()
    expect({ from, notes, text }).toEqual({ from: 'files', notes: [], text: source })
    expect(new Set(Object.keys(files).map((path) => path.split('/').at(-1)))).toEqual(new Set(['.env', 'web.env']))
    const asked = { directory: directory!, files, name, target: 'docker', adopt: true }
    const before = own()
    const planned = await plan(text, asked)
    expect(planned.steps.filter(({ verb }) => verb !== 'keep')).toEqual([])
    expect((await apply(text, { ...asked, digest: planned.digest })).error).toBeNull()
    expect(own()).toEqual(before)
    expect(await listed()).toEqual(running)
    expect(await handlers.get({ id: name }, by(admin))).toMatchObject({ managed: true, revision: 1 })
  })

  it('from what runs where the files are not to be had, with secrets kept', async () => {
    const { draft, plan, apply, own, listed, write } = await open()
    expect(await draft(as({}))).toMatchObject({ from: 'containers', notes: [expect.stringContaining('the policy')] })
    write('compose.yaml', source.replace('600', '700'))
    const { source: text, kept, from, notes } = await draft()
    expect({ from, notes }).toEqual({ from: 'containers', notes: [expect.stringContaining('does not say what runs')] })
    expect(kept).toEqual([
      { service: 'db', variable: 'DB_PASSWORD' },
      { service: 'web', variable: 'API_TOKEN' },
    ])
    expect(text).not.toMatch(/pa\$|t0p-secret/)
    const asked = { name, target: 'docker', adopt: true }
    const before = own()
    const planned = await plan(text, asked)
    expect(
      planned.steps.filter(({ verb }) => verb !== 'keep'),
      text,
    ).toEqual([])
    expect((await apply(text, { ...asked, digest: planned.digest })).error).toBeNull()
    expect(own()).toEqual(before)
    expect(await listed()).toEqual(running)
    // A later change makes anew what it is about, with the values that were kept.
    const later = text.replace('64m', '65m')
    const { steps } = await plan(later, { name, target: 'docker' })
    expect(steps.filter(({ verb }) => verb !== 'keep')).toEqual([
      { verb: 'replace', kind: 'service', name: 'db', reasons: ['memory limit: 67108864 → 68157440'] },
    ])
    expect((await apply(later, { name, target: 'docker' })).error).toBeNull()
    expect(own().filter(({ id }) => before.some((one) => one.id === id))).toHaveLength(2)
    expect(await listed()).toEqual(running)
  })
})
