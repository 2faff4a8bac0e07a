import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { Failure } from '@wheelhouse/contract'
import { run } from '@wheelhouse/platform/exec'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAuthority, maySign, signLeaf } from './authority/sign.ts'
import { openRoom } from './testing/certificate-room.ts'

const day = 86_400_000

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no failure',
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  )

/** A TLS server on a free port of loopback. */
async function serve(pair: { certificate: string; key: string }): Promise<number> {
  const server = createServer({ cert: pair.certificate, key: pair.key }, (socket) => socket.end('hello'))
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** A certificate made elsewhere, with whatever dates. */
async function elsewhere(domains: readonly string[], fromDays: number, toDays: number) {
  const authority = await createAuthority('Elsewhere', Date.now() - 1000 * day)
  const pair = await signLeaf(authority, {
    domains,
    notBefore: Date.now() + fromDays * day,
    notAfter: Date.now() + toDays * day,
  })
  return { authority, ...pair }
}

describe('generate', () => {
  test('makes a certificate that openssl verifies, with names, use and files as they should be', async () => {
    const room = await openRoom()
    const domains = ['192.168.100.85', 'localhost', '*.app.test', '::1']
    const made = await room.handlers.generate({ domains }, room.admin)
    expect(made).toMatchObject({
      name: '192.168.100.85',
      domains,
      issuedBy: 'wheelhouse',
      state: 'valid',
      daysLeft: 824,
    })
    expect(made.keyType).toBe('EC P-256')
    const { certificate: authority } = await room.handlers.authority({}, room.admin)
    const root = join(room.folder, 'root.pem')
    writeFileSync(root, authority)
    const file = made.certificateFile ?? ''
    expect(file).toBe(join(room.folder, 'certs', '192.168.100.85+3.pem'))
    expect(made.keyFile).toBe(join(room.folder, 'certs', '192.168.100.85+3-key.pem'))
    expect([statSync(file).mode & 0o777, statSync(made.keyFile ?? '').mode & 0o777]).toEqual([0o600, 0o600])

    const verify = await run(['openssl', 'verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', root, file])
    expect(verify).toMatchObject({ exitCode: 0, stdout: `${file}: OK\n` })
    const { stdout } = await run(['openssl', 'x509', '-in', file, '-noout', '-text'])
    expect(stdout).toContain('IP Address:192.168.100.85, DNS:localhost, DNS:*.app.test, IP Address:0:0:0:0:0:0:0:1')
    expect(stdout).toContain('TLS Web Server Authentication')
    expect(stdout).toContain('CA:FALSE')
    const ofRoot = (await run(['openssl', 'x509', '-in', root, '-noout', '-text'])).stdout
    expect(ofRoot).toContain('CA:TRUE, pathlen:0')
    expect(new X509Certificate(authority).serialNumber).toHaveLength(32)
    expect(
      new X509Certificate(readFileSync(file)).checkPrivateKey(createPrivateKey(readFileSync(made.keyFile ?? ''))),
    ).toBe(true)
    expect(room.events).toMatchObject([{ type: 'certificate.created', actor: 'admin' }])
    expect(JSON.stringify([room.audited, room.events])).not.toContain('PRIVATE KEY')
  })

  test('its server is trusted by a client that trusts the authority, and by no other', async () => {
    const room = await openRoom()
    const made = await room.handlers.generate({ domains: ['localhost', '127.0.0.1'], days: 30 }, room.admin)
    expect(made.daysLeft).toBe(29)
    const read = (path: string | null) => readFileSync(path ?? '', 'utf8')
    const port = await serve({ certificate: read(made.certificateFile), key: read(made.keyFile) })
    const { certificate: ca } = await room.handlers.authority({}, room.admin)
    const shake = (options: object) =>
      new Promise<string>((done) => {
        const socket = connect({ host: '127.0.0.1', port, ...options })
        socket
          .once('secureConnect', () => done('trusted'))
          .once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''))
        onTestFinished(() => void socket.destroy())
      })
    expect(await shake({ ca, servername: 'localhost' })).toBe('trusted')
    expect(await shake({ ca, servername: 'other.test' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(await shake({ servername: 'localhost' })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  })

  test('a folder of the machine is for those who manage targets, and what is there stays', async () => {
    const room = await openRoom()
    const folder = join(room.folder, 'elsewhere')
    const order = { domains: ['a.test', 'b.test'], folder }
    expect(await codeOf(room.handlers.generate(order, room.as('developer')))).toBe('POLICY_REFUSED')
    expect(
      await codeOf(room.handlers.generate({ domains: ['a.test'], installTrust: true }, room.as('developer'))),
    ).toBe('POLICY_REFUSED')
    expect(await codeOf(room.handlers.generate({ ...order, folder: 'certs' }, room.admin))).toBe('VALIDATION_FAILED')
    expect(await codeOf(room.handlers.generate({ ...order, folder: `${folder}/../x` }, room.admin))).toBe(
      'VALIDATION_FAILED',
    )
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.test+1.pem'), 'mine')
    expect(await codeOf(room.handlers.generate(order, room.admin))).toBe('CONFLICT')
    expect(readFileSync(join(folder, 'a.test+1.pem'), 'utf8')).toBe('mine')
    const made = await room.handlers.generate({ ...order, folder: join(room.folder, 'new', 'one') }, room.admin)
    expect(made.certificateFile).toBe(join(room.folder, 'new/one/a.test+1.pem'))
    // The same files again: they belong to the one that is listed, and are free once it is forgotten.
    const again = { ...order, name: 'again', folder: join(room.folder, 'new', 'one') }
    expect(await codeOf(room.handlers.generate(again, room.admin))).toBe('CONFLICT')
    await room.handlers.remove({ id: made.id }, room.admin)
    expect(readFileSync(made.certificateFile ?? '', 'utf8')).toContain('BEGIN CERTIFICATE')
    expect((await room.handlers.generate(again, room.admin)).name).toBe('again')
    expect(await codeOf(room.handlers.generate({ domains: ['c.test'], name: 'again' }, room.admin))).toBe('CONFLICT')
  })

  test('reading is for readers, changing for those who manage certificates', async () => {
    const room = await openRoom()
    const viewer = room.as('viewer')
    expect(await codeOf(room.handlers.generate({ domains: ['a.test'] }, viewer))).toBe('FORBIDDEN')
    expect(await codeOf(room.handlers.import({ name: 'x', certificate: 'x' }, viewer))).toBe('FORBIDDEN')
    expect(await codeOf(room.handlers.trust({}, room.as('developer')))).toBe('FORBIDDEN')
    const nobody = {
      ...viewer,
      caller: { ...viewer.caller, authority: { role: 'viewer', reach: 'granted', grants: [], limits: null } },
    } as typeof viewer
    expect(await codeOf(room.handlers.list({}, nobody))).toBe('FORBIDDEN')
    expect(await codeOf(room.handlers.get({ id: 'a.test' }, viewer))).toBe('NOT_FOUND')
    await room.handlers.generate({ domains: ['a.test'] }, room.as('developer'))
    expect((await room.handlers.list({ q: 'A.TE' }, viewer)).items.map(({ name }) => name)).toEqual(['a.test'])
    const shown = await room.handlers.get({ id: 'a.test' }, viewer)
    expect(JSON.stringify(shown)).not.toContain('PRIVATE')
    expect(await codeOf(room.handlers.remove({ id: shown.id }, viewer))).toBe('FORBIDDEN')
  })

  test('the keys lie sealed in the database, and one authority serves all', async () => {
    const room = await openRoom()
    const made = await Promise.all(
      ['a.test', 'b.test'].map((domain) => room.handlers.generate({ domains: [domain] }, room.admin)),
    )
    expect(made[0]?.issuer).toBe(made[1]?.issuer)
    const bytes =
      readFileSync(join(room.folder, 'test.db')).toString('latin1') +
      readFileSync(join(room.folder, 'test.db-wal')).toString('latin1')
    expect(bytes).toContain('BEGIN CERTIFICATE')
    expect(bytes).not.toContain('PRIVATE KEY')
  })
})

describe('import', () => {
  test('takes a chain and the key that fits, and refuses another', async () => {
    const room = await openRoom()
    const { certificate, key, authority } = await elsewhere(['shop.test'], -1, 100)
    const other = await elsewhere(['shop.test'], -1, 100)
    const chain = certificate + authority.certificate
    expect(await codeOf(room.handlers.import({ name: 'shop', certificate: chain, key: other.key }, room.admin))).toBe(
      'VALIDATION_FAILED',
    )
    expect(await codeOf(room.handlers.import({ name: 'shop', certificate: chain, key: 'x' }, room.admin))).toBe(
      'VALIDATION_FAILED',
    )
    expect(await codeOf(room.handlers.import({ name: 'shop', certificate: 'x' }, room.admin))).toBe('VALIDATION_FAILED')
    const kept = await room.handlers.import({ name: 'shop', certificate: chain, key }, room.admin)
    expect(kept).toMatchObject({ name: 'shop', issuedBy: 'other', domains: ['shop.test'], certificateFile: null })
    expect((await room.handlers.get({ id: 'shop' }, room.admin)).certificate.match(/BEGIN/g)).toHaveLength(2)
    expect(await codeOf(room.handlers.import({ name: 'shop', certificate: chain }, room.admin))).toBe('CONFLICT')
    expect(JSON.stringify(room.audited)).not.toContain('PRIVATE')
  })
})

const failing = (answer: { checks: { name: string; ok: boolean }[] }): string[] =>
  answer.checks.filter(({ ok }) => !ok).map(({ name }) => name)

describe('verify', () => {
  test('finds the one for a domain, and says which check failed', async () => {
    const room = await openRoom()
    await room.handlers.generate({ domains: ['*.app.test', '10.0.0.1'], name: 'app' }, room.admin)
    const good = await room.handlers.verify({ domain: 'www.app.test' }, room.admin)
    expect(good).toMatchObject({ ok: true, certificate: { name: 'app' } })
    expect(good.checks.map(({ name }) => name)).toEqual(['domain', 'dates', 'chain', 'key'])
    expect(failing(await room.handlers.verify({ domain: 'app.test', id: 'app' }, room.admin))).toEqual(['domain'])
    expect((await room.handlers.verify({ domain: '10.0.0.1' }, room.admin)).ok).toBe(true)
    expect(await codeOf(room.handlers.verify({ domain: 'a.b.app.test' }, room.admin))).toBe('NOT_FOUND')
    const expired = await elsewhere(['old.test'], -40, -3)
    await room.handlers.import({ name: 'old', certificate: expired.certificate }, room.admin)
    expect(failing(await room.handlers.verify({ domain: 'old.test' }, room.admin))).toEqual(['dates', 'chain'])
    const early = await elsewhere(['new.test'], 3, 40)
    const kept = await room.handlers.import({ name: 'new', certificate: early.certificate }, room.admin)
    expect(kept.state).toBe('not-yet')
  })

  test('a chain is walked by signatures, not by names', async () => {
    const room = await openRoom()
    // Same names, other key: only the signature tells.
    const { certificate } = await elsewhere(['x.test'], -1, 100)
    const impostor = await createAuthority('Elsewhere', Date.now())
    await room.handlers.import({ name: 'x', certificate: certificate + impostor.certificate }, room.admin)
    const answer = await room.handlers.verify({ domain: 'x.test' }, room.admin)
    expect(failing(answer)).toEqual(['chain'])
    expect(maySign(impostor)).toBe(true)
  })

  test('a server is asked itself', async () => {
    const room = await openRoom()
    const made = await room.handlers.generate({ domains: ['localhost'] }, room.admin)
    const read = (path: string | null) => readFileSync(path ?? '', 'utf8')
    const port = await serve({ certificate: read(made.certificateFile), key: read(made.keyFile) })
    const good = await room.handlers.verify({ domain: 'localhost', address: `127.0.0.1:${port}` }, room.admin)
    expect(good).toMatchObject({ ok: true, certificate: { id: made.id } })
    expect(
      failing(await room.handlers.verify({ domain: 'other.test', address: `127.0.0.1:${port}` }, room.admin)),
    ).toEqual(['domain'])
    const foreign = await elsewhere(['localhost'], -40, -1)
    const old = await serve(foreign)
    const bad = await room.handlers.verify({ domain: 'localhost', address: `localhost:${old}` }, room.admin)
    expect(failing(bad)).toEqual(['dates', 'chain'])
    const viewer = room.handlers.verify({ domain: 'localhost', address: `localhost:${old}` }, room.as('viewer'))
    expect(await codeOf(viewer)).toBe('FORBIDDEN')
    expect(bad.certificate).toBeNull()
  })

  test('what does not speak TLS, does not answer or must not be called is told', async () => {
    const room = await openRoom({
      guard: (host) =>
        host === '127.0.0.1'
          ? Promise.resolve({ address: host, family: 4 })
          : Promise.reject(new Error(`${host} is not called`)),
    })
    const plain = createPlainServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('220 hello\r\n'),
    )
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done))
    const { port } = plain.address() as AddressInfo
    const message = async (address: string) =>
      (await room.handlers.verify({ domain: 'a.test', address }, room.admin)).checks[0]?.message
    expect(await message(`127.0.0.1:${port}`)).toMatch(/does not speak TLS|closed the connection/)
    await new Promise((done) => plain.close(done))
    expect(await message(`127.0.0.1:${port}`)).toBe('it refused: ECONNREFUSED')
    expect(await message('169.254.169.254:443')).toBe('169.254.169.254 is not called')
    expect(await codeOf(message('nowhere'))).toBe('VALIDATION_FAILED')
  })
})

describe('expiry', () => {
  test('is told once a day, again when it gets worse, and after the end', async () => {
    let now = Date.now()
    const room = await openRoom({ now: () => now })
    const { certificate } = await elsewhere(['soon.test'], -1, 20)
    // From after it was made on: else it might have its whole last day left.
    now = Date.now()
    await room.handlers.import({ name: 'soon', certificate }, room.admin)
    await room.handlers.generate({ domains: ['long.test'] }, room.admin)
    room.events.length = 0
    const told = async () => {
      await room.start()
      room.close()
      return room.events.splice(0).map(({ type, severity, message }) => [type, severity, message.slice(0, 34)])
    }
    expect(await told()).toEqual([['certificate.expiring', 'warning', 'The certificate soon ends in 19 da']])
    expect(await told()).toEqual([])
    now += day
    expect(await told()).toEqual([['certificate.expiring', 'warning', 'The certificate soon ends in 18 da']])
    now += 13 * day
    expect(await told()).toEqual([['certificate.expiring', 'error', 'The certificate soon ends in 5 day']])
    now += 7 * day
    expect(await told()).toEqual([
      [
        'certificate.expiring',
        'error',
        'The certificate soon ended on ' + new Date(now - 2 * day).toISOString().slice(0, 4),
      ],
    ])
    expect((await room.find('soon'))?.state).toBe('expired')
    expect(await room.find('none')).toBeNull()
  })

  test('a file can be looked at', async () => {
    const room = await openRoom()
    const made = await room.handlers.generate({ domains: ['file.test'], days: 10 }, room.admin)
    expect(await room.inspectFile(made.certificateFile ?? '')).toMatchObject({
      domains: ['file.test'],
      daysLeft: 9,
      state: 'expiring',
    })
    expect(await codeOf(room.inspectFile('/no/such.pem'))).toBe('NOT_FOUND')
    expect(await codeOf(room.inspectFile(made.keyFile ?? ''))).toBe('VALIDATION_FAILED')
  })
})
