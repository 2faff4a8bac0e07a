import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import { run, type RunOptions, type RunResult } from '@wheelhouse/platform/exec'
import { expect, onTestFinished, test } from 'vitest'
import { ownDatabase } from '../../../../test/faults/own-database.ts'
import { suite, where } from '../../../../test/needs.ts'
import { createAuthority } from './authority/sign.ts'
import { openRoom } from './testing/certificate-room.ts'

suite('certificates on PostgreSQL', ['postgres'], () => {
  test('are kept, told of once, and forgotten', async () => {
    const own = await ownDatabase()
    // Registered before the room's own end, so it runs after that.
    onTestFinished(() => own.drop())
    const room = await openRoom({ url: own.url })
    const made = await room.handlers.generate({ domains: ['a.test'], days: 5 }, room.admin)
    expect((await room.handlers.verify({ domain: 'a.test' }, room.admin)).ok).toBe(true)
    room.events.length = 0
    await room.start()
    await room.start()
    expect(room.events.map(({ type }) => type)).toEqual(['certificate.expiring'])
    await room.handlers.remove({ id: made.id }, room.admin)
    expect((await room.handlers.list({}, room.admin)).total).toBe(0)
  })
})

suite('certificates of mkcert', ['mkcert'], () => {
  test('are made by it, and with another length by the key of its authority', async () => {
    const bare = await openRoom()
    const root = join(bare.folder, 'ca')
    mkdirSync(root)
    const room = await openRoom({ authority: 'auto', mkcertRoot: root })
    expect((await room.handlers.authority({}, room.admin)).source).toBe('mkcert')
    const made = await room.handlers.generate({ domains: ['127.0.0.1', 'localhost', '*.app.test', '::1'] }, room.admin)
    expect(made).toMatchObject({ issuedBy: 'mkcert', domains: ['localhost', '*.app.test', '127.0.0.1', '::1'] })
    expect(made.certificateFile).toMatch(/\/127\.0\.0\.1\+3\.pem$/)
    const short = await room.handlers.generate({ domains: ['short.test'], days: 7 }, room.admin)
    expect(short).toMatchObject({ issuedBy: 'mkcert', daysLeft: 6 })
    for (const { certificateFile } of [made, short]) {
      const verify = ['openssl', 'verify', '-CAfile', join(root, 'rootCA.pem'), certificateFile ?? ''] as const
      expect(await run(verify)).toMatchObject({ exitCode: 0 })
    }
    expect((await room.handlers.verify({ domain: 'x.app.test' }, room.admin)).ok).toBe(true)
    expect((await room.handlers.authority({}, room.admin)).trusted).toBe(false)
  })
})

test('the own authority enters and leaves a trust store by the command of the system', async () => {
  const bare = await openRoom()
  const at = (name: string): string => join(bare.folder, name)
  for (const name of ['certs', 'local', 'hooks']) mkdirSync(at(name), { recursive: true })
  writeFileSync(at('conf'), '')
  // The command leaves the bundle as it is where there is no root at all.
  const other = (await createAuthority('Other', Date.now())).certificate
  writeFileSync(join(at('local'), 'other.crt'), other)
  const folders = ['--etccertsdir', at('certs'), '--localcertsdir', at('local'), '--hooksdir', at('hooks')]
  const bundle = join(at('certs'), 'ca-certificates.crt')
  const room = await openRoom({
    machine: {
      store: { folder: at('local'), bundle, update: ['update-ca-certificates', '--certsconf', at('conf'), ...folders] },
    },
  })
  const machine = readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8')
  expect(await room.handlers.authority({}, room.admin)).toMatchObject({ trusted: false })
  const trusted = await room.handlers.trust({}, room.admin)
  expect(trusted).toMatchObject({ source: 'wheelhouse', trusted: true, trustedBy: `it is in ${bundle}` })
  const made = await room.handlers.generate({ domains: ['a.test'], installTrust: true }, room.admin)
  expect(await run(['openssl', 'verify', '-CAfile', bundle, made.certificateFile ?? ''])).toMatchObject({ exitCode: 0 })
  expect(await room.handlers.trust({ trust: false }, room.admin)).toMatchObject({ trusted: false })
  expect(readFileSync(bundle, 'utf8')).toBe(other)
  expect(readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8')).toBe(machine)

  const foreign = await openRoom({
    machine: { store: { folder: at('none'), bundle: at('none/x'), update: ['no-such-command'] } },
  })
  const refused = await foreign.handlers.trust({}, foreign.admin).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Failure)
  expect(refused).toMatchObject({ code: 'CAPABILITY_MISSING' })
})

suite('trust by mkcert, inside a container', ['docker', 'mkcert', 'systemd'], () => {
  test('is installed, found in the store, and taken out again', async () => {
    const docker = (...args: string[]) => run(['docker', '-H', where('docker'), ...args])
    const container = where('systemd')
    await docker('cp', where('mkcert'), `${container}:/usr/bin/mkcert`)
    const inside = (argv: readonly [string, ...string[]], options?: RunOptions): Promise<RunResult> => {
      const env = Object.entries({ HOME: '/root', ...options?.env }).flatMap(([name, value]) => [
        '-e',
        `${name}=${value}`,
      ])
      return docker('exec', ...env, container, ...argv)
    }
    const readText = async (path: string): Promise<string> => {
      const { exitCode, stdout } = await inside(['cat', path])
      if (exitCode !== 0) throw new Error(`there is no ${path}`)
      return stdout
    }
    // Its leaf for the authority is made where it runs; only the authority is asked for here.
    await inside(['mkdir', '-p', '/root/ca'])
    await inside(['mkcert', '-cert-file', '/root/x.pem', '-key-file', '/root/x-key.pem', 'x.test'], {
      env: { CAROOT: '/root/ca' },
    })
    const room = await openRoom({ authority: 'auto', mkcertRoot: '/root/ca', machine: { run: inside, readText } })
    expect(await room.handlers.authority({}, room.admin)).toMatchObject({ source: 'mkcert', trusted: false })
    expect(await room.handlers.trust({}, room.admin)).toMatchObject({ trusted: true })
    expect(await room.handlers.trust({ trust: false }, room.admin)).toMatchObject({ trusted: false })
    await inside(['rm', '-rf', '/root/ca', '/root/x.pem', '/root/x-key.pem', '/usr/bin/mkcert'])
  })
})
