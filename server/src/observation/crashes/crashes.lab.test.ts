import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

const execute = promisify(execFile)
const name = `boards-${process.pid}`
const patience = { timeout: 90_000, interval: 200 }

suite('crashes of real containers', ['docker'], () => {
  let house: TestHouse
  const docker = (...args: string[]) =>
    execute('docker', args, { env: { ...process.env, DOCKER_HOST: where('docker') } })
  const run = (id: string, script: string, ...flags: string[]) =>
    docker('run', '-d', '--name', `${name}-${id}`, ...flags, 'lab/busybox:1', 'sh', '-c', script)
  const crashes = async (id: string) =>
    (await house.admin.crashes.list({ service: `${name}-${id}` }).catch(() => ({ items: [] }))).items

  beforeAll(async () => {
    house = await openTestHouse({ engine: where('docker'), env: { WHEELHOUSE_LOG_HISTORY: 'true' } })
    await vi.waitFor(async () => {
      const { items } = await house.admin.targets.list({})
      expect(items.find(({ kind }) => kind === 'docker')?.state).toBe('connected')
    }, patience)
  }, 120_000)
  afterAll(async () => {
    await docker('rm', '-f', ...['shop', 'loop'].map((id) => `${name}-${id}`)).catch(() => undefined)
    await house.close()
  }, 60_000)

  test('one that exits 3, is removed and made anew shows its last words, its exit and what runs now', async () => {
    await run('shop', 'echo "INFO it begins"; echo "ERROR no database at 10.0.0.9" >&2; sleep 1; exit 3')
    await expect.poll(async () => (await crashes('shop')).length, patience).toBe(1)
    const [crash] = await crashes('shop')
    expect(crash).toMatchObject({ exitCode: 3, outOfMemory: false, again: null })
    const words = async () => (await house.admin.crashes.get({ id: crash!.id })).lines.map(({ text }) => text)
    await expect.poll(words, patience).toEqual(expect.arrayContaining(['ERROR no database at 10.0.0.9']))
    await docker('rm', `${name}-shop`)
    await vi.waitFor(
      async () => expect((await house.admin.services.list({ q: `${name}-shop` })).total).toBe(0),
      patience,
    )
    await run('shop', 'echo "INFO better"; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done')
    await expect.poll(async () => (await crashes('shop'))[0]?.again ?? null, patience).toMatchObject({ replaced: true })
    const report = await house.admin.crashes.get({ id: crash!.id })
    expect(report.lines.find(({ error }) => error)).toMatchObject({
      text: 'ERROR no database at 10.0.0.9',
      stream: 'stderr',
    })
    expect(report.lines.map(({ text }) => text)).not.toContain('INFO better')
    expect(report.after[0]).toMatchObject({ outcome: 'running', state: 'running' })
    expect(report.after[0]!.serviceId).not.toBe(report.serviceId)
    expect(report.change).toMatchObject({ type: 'service.created' })
  }, 180_000)

  test('one that its engine starts again and again is one crash with a count', async () => {
    await run('loop', 'echo "ERROR again"; sleep 1; exit 1', '--restart', 'always')
    await expect.poll(async () => (await crashes('loop'))[0]?.count ?? 0, patience).toBeGreaterThanOrEqual(3)
    await docker('rm', '-f', `${name}-loop`)
    const found = await crashes('loop')
    expect(found).toHaveLength(1)
    const { falls, exitCode } = await house.admin.crashes.get({ id: found[0]!.id })
    expect(exitCode).toBe(1)
    expect(falls.length).toBeGreaterThanOrEqual(3)
    // Each fall leads to the same crash.
    expect((await house.admin.crashes.get({ id: falls.at(-1)!.id })).id).toBe(found[0]!.id)
  }, 180_000)
})
