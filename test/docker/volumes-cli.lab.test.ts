import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Ran, wh } from '../../cli/test/wh.ts'
import { adminPassword, openTestHouse, type TestHouse } from '../fixtures/house.ts'
import { suite, where } from '../needs.ts'
import { container, idle } from './container.ts'
import { EngineBench } from './engine-bench.ts'

suite('volumes and networks on the command line', ['docker'], () => {
  let house: TestHouse
  let bench: EngineBench
  let folder: string
  let env: Record<string, string>
  const run = (...args: string[]): Promise<Ran> => wh(args, env, '', process.execPath, folder)
  const names: string[] = []
  const nets: string[] = []
  beforeAll(async () => {
    bench = new EngineBench()
    folder = mkdtempSync(join(tmpdir(), 'wh-cp-'))
    house = await openTestHouse({ engine: where('docker') })
    const { token } = await house.signIn('admin', adminPassword)
    env = { WHEELHOUSE_URL: house.url, WHEELHOUSE_TOKEN: token, XDG_CONFIG_HOME: folder }
    await vi.waitFor(
      async () => {
        const found = (await house.admin.targets.list()).items.find(({ kind }) => kind === 'docker')
        expect(found?.state).toBe('connected')
      },
      { timeout: 60_000 },
    )
  }, 120_000)
  afterAll(async () => {
    await bench.close()
    for (const name of names) await run('delete', 'volume', name, '-y')
    for (const name of nets) await run('delete', 'network', name, '-y')
    await house.close()
    rmSync(folder, { recursive: true })
  })

  test('a volume from its making to its end', async () => {
    const name = bench.name('vol')
    names.push(name)
    expect(await run('volume', 'create', name, '--label', 'a=b')).toMatchObject({ exit: 0 })
    expect((await run('get', 'volumes', '-q', name)).stdout).toMatch(new RegExp(`${name} +\\S+ +nothing`))
    expect((await run('describe', 'volume', name)).stdout).toContain('label a')

    mkdirSync(join(folder, 'conf', 'sub'), { recursive: true })
    writeFileSync(join(folder, 'conf', 'app.ini'), 'key = value\n')
    writeFileSync(join(folder, 'conf', 'sub', 'größe'), Buffer.alloc(70_000, 7))
    symlinkSync('/etc/passwd', join(folder, 'conf', 'out'))
    const copied = await run('cp', 'conf', `volume/${name}:/`)
    expect(copied.stderr).toContain('Links and devices were left out')
    expect(copied.exit).toBe(0)
    expect((await run('volume', 'ls', name, '/conf', '-o', 'name')).stdout).toBe('/conf/app.ini\n/conf/sub\n')
    expect((await run('volume', 'cat', name, 'conf/app.ini')).stdout).toBe('key = value\n')

    expect(await run('cp', `volume/${name}:/conf`, 'back')).toMatchObject({ exit: 0 })
    expect(readFileSync(join(folder, 'back', 'sub', 'größe'))).toEqual(Buffer.alloc(70_000, 7))
    expect(await run('cp', `volume/${name}:/conf/app.ini`, '.')).toMatchObject({ exit: 0 })
    expect(readFileSync(join(folder, 'app.ini'), 'utf8')).toBe('key = value\n')
    expect(await run('cp', 'app.ini', `volume/${name}:/renamed.ini`)).toMatchObject({ exit: 0 })
    expect((await run('volume', 'ls', name)).stdout).toContain('renamed.ini')
    expect(await run('volume', 'rm', name, 'renamed.ini', '-y')).toMatchObject({ exit: 0 })
    expect(await run('volume', 'cat', name, '/renamed.ini')).toMatchObject({ exit: 3 })
    expect(await run('volume', 'cat', name, '/../etc/passwd')).toMatchObject({ exit: 2 })
    expect(await run('cp', 'nothing-here', `volume/${name}:/`)).not.toMatchObject({ exit: 0 })

    expect(await run('volume', 'save', name, '--to', 'all.tar')).toMatchObject({ exit: 0 })
    const copy = bench.name('copy')
    names.push(copy)
    expect((await run('volume', 'clone', name, copy)).stderr).toContain(`is copied to ${copy}`)
    expect(await run('volume', 'rm', copy, 'conf', '-y')).toMatchObject({ exit: 0 })
    expect(await run('volume', 'restore', copy, '--from', 'all.tar', '--empty', '-y')).toMatchObject({ exit: 0 })
    expect((await run('volume', 'cat', copy, '/conf/app.ini')).stdout).toBe('key = value\n')
    expect((await run('volume', 'prune', '--all', '--dry-run')).stdout).toContain(copy)
    expect(await run('delete', 'volume', copy, '-y')).toMatchObject({ exit: 0 })
    expect(await run('describe', 'volume', copy)).toMatchObject({ exit: 3 })
  })

  test('a network from its making to its end', async () => {
    const [name, other, user] = [bench.name('net'), bench.name('other'), bench.name('user')]
    nets.push(name, other)
    expect(await run('network', 'create', name, '--internal')).toMatchObject({ exit: 0 })
    expect(await run('network', 'create', other)).toMatchObject({ exit: 0 })
    const networks = [{ name: other, aliases: [], ipv4: null }]
    const id = await bench.create(container(user, idle, { networkMode: null, networks }))
    await vi.waitFor(async () => expect((await run('get', 'services', user)).exit).toBe(0), { timeout: 60_000 })
    writeFileSync(join(folder, 'in.txt'), 'into a container')
    expect(await run('cp', 'in.txt', `${user}:/tmp/`)).toMatchObject({ exit: 0 })
    expect(await run('cp', `${user}:/tmp/in.txt`, 'out.txt')).toMatchObject({ exit: 0 })
    expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toBe('into a container')
    expect((await run('network', 'connect', name, user, '--alias', 'db')).stderr).toMatch(/is in .* as \d/)
    expect((await run('describe', 'network', name)).stdout).toMatch(new RegExp(`${user} +.*running +[\\d.]+ +db`))
    expect((await run('get', 'networks', '-q', name)).stdout).toContain(user)
    expect((await run('network', 'topology')).stdout).toContain(user)
    expect(await run('network', 'connect', name, user)).toMatchObject({ exit: 5 })
    expect(await run('network', 'disconnect', name, user)).toMatchObject({ exit: 0 })
    await bench.connection.remove(id, { force: true, volumes: false })
    expect(await run('delete', 'network', name, '-y')).toMatchObject({ exit: 0 })
    expect(await run('describe', 'network', name)).toMatchObject({ exit: 3 })
  })
})
