import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { container, idle } from '../../../test/docker/container.ts'
import { EngineBench, never } from '../../../test/docker/engine-bench.ts'
import { suite } from '../../../test/needs.ts'

suite('docker volume archive', ['docker'], () => {
  let bench: EngineBench
  const volumes: string[] = []
  beforeAll(() => {
    bench = new EngineBench()
  })
  afterAll(async () => {
    // What uses them goes first, and that connection with it.
    await bench.close()
    const last = new EngineBench()
    await Promise.all(volumes.map((name) => last.connection.removeResource('volume', name).catch(() => undefined)))
    await last.close()
  })

  async function volume(): Promise<string> {
    const name = bench.name('volume')
    const spec = { kind: 'volume' as const, name, stack: 'test', driver: null, options: {}, labels: {} }
    await bench.connection.ensureResource(spec)
    volumes.push(name)
    return name
  }

  /** Runs a script over the volume in a container of its own, and answers what it printed. */
  async function inside(name: string, script: string): Promise<string> {
    const mounts = [{ type: 'volume' as const, source: name, destination: '/v', readOnly: false, options: {} }]
    const id = await bench.connection.create(container(bench.name('c'), idle, { mounts }), () => undefined, never)
    try {
      const session = await bench.connection.exec(id, { argv: ['sh', '-c', script], tty: false })
      let said = ''
      for await (const { data } of session.output) said += Buffer.from(data).toString()
      expect(await session.exitCode()).toBe(0)
      return said
    } finally {
      await bench.connection.remove(id, { force: true, volumes: false })
    }
  }

  const fill = `set -e; cd /v; mkdir -p deep/empty; echo hello > deep/a; chmod 640 deep/a; chown 1234:2345 deep/a
ln -s deep/a link; ln -s /nowhere dangling; chmod 1777 deep/empty; head -c 3000000 /dev/urandom > big; chown 70:70 .; chmod 700 .`
  const look = `cd /v; find . | sort | while read f; do stat -c '%n %a %u:%g %F %N' "$f"; done; md5sum big`

  test('comes back with owners, modes, links and empty folders', async () => {
    const [from, to] = [await volume(), await volume()]
    await inside(from, fill)
    const tar = await buffer(await bench.connection.exportVolume!(from, never))
    await bench.connection.importVolume!(to, Readable.from([tar]), never)
    const [before, after] = [await inside(from, look), await inside(to, look)]
    expect(before).toContain('1234:2345')
    expect(after).toBe(before)
  })

  test('leaves no container behind, also when the reader leaves early or the tar is none', async () => {
    const recorder = await bench.watch()
    const name = await volume()
    await inside(name, fill)
    const early = await bench.connection.exportVolume!(name, never)
    early.on('error', () => undefined)
    early.destroy()
    await expect(bench.connection.importVolume!(name, Readable.from(['no tar']), never)).rejects.toMatchObject({
      code: 'TARGET_REFUSED',
    })
    await recorder.until('the holders are gone', () =>
      [...recorder.services.values()].every((service) => !service.name.startsWith('wheelhouse-volume-')),
    )
  })

  test('is refused where there is no such volume, and while something runs on it', async () => {
    await expect(bench.connection.exportVolume!(bench.name('none'), never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const name = await volume()
    const mounts = [{ type: 'volume' as const, source: name, destination: '/v', readOnly: false, options: {} }]
    const user = bench.name('user')
    await bench.create(container(user, idle, { mounts }))
    await expect(bench.connection.importVolume!(name, Readable.from([]), never)).rejects.toThrow(`in use by ${user}`)
  })
})
