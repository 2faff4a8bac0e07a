import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { container, idle } from '../../../../test/docker/container.ts'
import { EngineBench, never } from '../../../../test/docker/engine-bench.ts'
import { suite } from '../../../../test/needs.ts'
import { BackupBench } from './testing/backup-bench.ts'

suite('backup of a Docker volume', ['docker'], () => {
  let bench: BackupBench
  let engine: EngineBench
  let volume: string
  beforeEach(async () => {
    bench = await new BackupBench().open()
    engine = new EngineBench()
    bench.connection = engine.connection
    volume = engine.name('volume')
    await engine.connection.ensureResource({
      kind: 'volume',
      name: volume,
      stack: 'test',
      driver: null,
      options: {},
      labels: {},
    })
  })
  afterEach(async () => {
    await engine.connection.removeResource('volume', volume)
    await engine.close()
    await bench.destroy()
  })

  async function inside(script: string): Promise<string> {
    const mounts = [{ type: 'volume' as const, source: volume, destination: '/v', readOnly: false, options: {} }]
    const id = await engine.connection.create(container(engine.name('c'), idle, { mounts }), () => undefined, never)
    const session = await engine.connection.exec(id, { argv: ['sh', '-c', script], tty: false })
    let said = ''
    for await (const { data } of session.output) said += Buffer.from(data).toString()
    await engine.connection.remove(id, { force: true, volumes: false })
    return said
  }
  const look = 'cd /v; find . | sort | while read f; do stat -c "%n %a %u:%g %F" "$f"; done; cat a'
  const plan = () => bench.plan({ volumes: [{ targetId: 'docker', volume }] })

  test('comes back with owners and modes, sealed meanwhile', async () => {
    await inside('cd /v; echo older > a; mkdir -m 1777 empty; chown 70:71 a .; chmod 750 .')
    const before = await inside(look)
    const backup = await bench.backups.create(plan(), bench.run())
    expect(backup.parts).toMatchObject([{ kind: 'volume', name: `volumes/${volume}.tar.gz.sealed`, encrypted: true }])
    await inside('cd /v; echo newer > a; rmdir empty; chown 0:0 a .')
    await bench.backups.drill(backup.id, 'mara', bench.run())
    await bench.backups.restore(backup.id, { by: 'mara' }, bench.run())
    expect(await inside(look)).toBe(before)
  })

  test('is not written while something runs on it, and other parts are put back then', async () => {
    await inside('echo older > /v/a')
    const env = bench.file('shop/.env', 'older')
    const files = [{ path: env, name: 'settings' }]
    const { id } = await bench.backups.create({ ...plan(), files }, bench.run())
    bench.file('shop/.env', 'newer')
    const mounts = [{ type: 'volume' as const, source: volume, destination: '/v', readOnly: false, options: {} }]
    const user = await engine.create(container(engine.name('user'), idle, { mounts }))
    await expect(bench.backups.restore(id, { by: 'mara' }, bench.run())).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
    expect(bench.events.at(-1)).toMatchObject({ type: 'backup.failed', data: { restore: true, left: [] } })
    expect(readFileSync(env, 'utf8')).toBe('newer')
    await engine.connection.remove(user, { force: true, volumes: false })
    expect(await inside('cat /v/a')).toBe('older\n')
  })
})
