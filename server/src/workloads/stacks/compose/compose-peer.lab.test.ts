import { createDockerDriver } from '@wheelhouse/driver-docker'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { suite, where } from '../../../../../test/needs.ts'
import { openStacks } from '../testing/stack-room.ts'

const run = promisify(execFile)

suite('Compose beside us on a real engine', ['compose', 'docker'], () => {
  const name = `wh-peer-${process.pid}`
  const finish: (() => unknown)[] = []
  afterEach(async () => {
    for (const one of finish.splice(0).toReversed()) await one()
  })

  const source = `name: ${name}
services:
  web:
    image: lab/busybox:1
    pull_policy: never
    command: ["sleep", "600"]
    entrypoint: []
    init: true
    environment: { A: "1" }
    labels: { own: "yes" }
    volumes: ["kept:/kept"]
    depends_on: [db]
  db:
    image: lab/busybox:1
    pull_policy: never
    command: ["sleep", "600"]
    entrypoint: []
    init: true
    logging: { options: { max-size: 1m } }
    attach: false
volumes: { kept: }
`
  async function open() {
    const directory = mkdtempSync(join(tmpdir(), 'wh-peer-'))
    finish.push(() => rmSync(directory, { recursive: true }))
    writeFileSync(join(directory, 'compose.yaml'), source)
    const config = process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? ''
    const compose = async (...args: string[]): Promise<string> => {
      const whole = [
        '--config',
        config,
        '-H',
        where('docker'),
        'compose',
        '-f',
        join(directory, 'compose.yaml'),
        ...args,
      ]
      const { stdout, stderr } = await run(where('compose'), whole, { timeout: 50_000 })
      return args[0] === 'up' ? stderr : stdout
    }
    finish.push(() => compose('down', '--volumes', '--timeout', '1'))
    const room = await openStacks([[createDockerDriver(), where('docker')]], { waitMs: 60_000 })
    finish.push(async () => {
      await room.remove(name, true).catch(() => undefined)
      await room.close()
    })
    const { registry } = room
    await expect.poll(() => registry.mirror('docker').target().state, { timeout: 60_000 }).toBe('connected')
    const own = () => [...registry.mirror('docker').services.values()].filter((service) => service.stack === name)
    return { ...room, compose, directory, own }
  }
  const rows = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map((row) => `${String(row.Service)} ${String(row.Name)} ${String(row.State)}`)
      .toSorted()
  const running = [`db ${name}-db-1 running`, `web ${name}-web-1 running`]

  it('sees what we made, and has nothing to do with it', async () => {
    const { apply, compose, directory, own } = await open()
    expect((await apply(source, { directory })).error).toBeNull()
    expect(rows(await compose('ps', '--format', 'json'))).toEqual(running)
    expect(JSON.parse(await compose('ls', '--format', 'json'))).toContainEqual(
      expect.objectContaining({ Name: name, ConfigFiles: join(directory, 'compose.yaml') }),
    )
    const before = own().map((service) => service.id)
    await compose('up', '-d')
    expect(own().map((service) => service.id)).toEqual(before)
  })

  it('hands over what it made with no restart', async () => {
    const { apply, plan, compose, directory, own } = await open()
    await compose('up', '-d')
    await expect.poll(() => own().map((service) => service.state)).toEqual(['running', 'running'])
    const before = own().map((service) => [service.id, service.startedAt])
    const first = await plan(source, { directory })
    expect(first.counts).toEqual({ keep: 4, drifted: 0 })
    expect(first.warnings.join('\n')).toContain('not applied: attach')
    expect((await apply(source, { directory })).error).toBeNull()
    expect(own().map((service) => [service.id, service.startedAt])).toEqual(before)
    const changed = await plan(source.replace('A: "1"', 'A: "2"'), { directory })
    expect(changed.steps.filter((step) => step.verb !== 'keep')).toMatchObject([{ verb: 'replace', name: 'web' }])
  })
})
