import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startedAt } from '../lab/daemon.ts'
import { applied, clientOf, type ControlPlane, signIn, sleepers, Yard } from './control-plane.ts'
import { canMount, mountTmpfs, type Mounted } from './small-disk.ts'

// Each of them starts a few control planes, and a busy machine takes seconds for one.
vi.setConfig({ testTimeout: 50_000, hookTimeout: 30_000 })

const yard = new Yard()
const mounts: Mounted[] = []
afterEach(async () => {
  await yard.stop()
  for (const mount of mounts.splice(0)) await mount.unmount()
  await yard.sweep()
})

/** It ends with code 1 and one line that says what to do; answers the line. */
async function refusal(plane: ControlPlane): Promise<string> {
  expect(await plane.ended, plane.stderr + plane.stdout).toBe(1)
  const lines = plane.stderr.trim().split('\n')
  expect(lines, plane.stderr).toHaveLength(1)
  expect(plane.stderr).toMatch(/^wheelhouse: /)
  expect(plane.stderr).not.toMatch(/\bat \S+ \(|node:internal|\.ts:\d+/)
  return lines[0] ?? ''
}
const stopped = async (data: string): Promise<void> => {
  const { plane } = await yard.admin(data)
  expect(await plane.stop()).toBe(0)
}

describe('one clear line when it cannot start', () => {
  test('the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const line = await refusal(yard.start(yard.folder(), { port }))
    expect(line).toContain(`port ${port} is taken`)
    expect(line).toContain(`--port ${port + 1}`)
    server.close()
  })

  test('another instance has the data folder, and names it', async () => {
    const data = yard.folder()
    const { plane } = await yard.admin(data)
    const line = await refusal(yard.start(data))
    expect(line).toContain(`in use by another instance (pid ${plane.pid})`)
    expect(await plane.stop()).toBe(0)
  })

  test('the settings file does not parse: line and column', async () => {
    const data = yard.folder()
    writeFileSync(join(data, 'settings.yaml'), 'port: 8080\nhost: [127.0.0.1\n')
    expect(await refusal(yard.start(data))).toMatch(/settings\.yaml:\d+:\d+: /)
    writeFileSync(join(data, 'settings.yaml'), 'logLevel: info\nmetricsIntervalMs: often\n')
    expect(await refusal(yard.start(data))).toMatch(/settings\.yaml:2:20: metricsIntervalMs/)
    writeFileSync(join(data, 'settings.yaml'), 'keepEvent: 500\n')
    expect(await refusal(yard.start(data))).toMatch(/settings\.yaml:1:1: unknown key keepEvent.*keepEvents/)
  })

  test('a flag is not known: the nearest is named', async () => {
    expect(await refusal(yard.start(yard.folder(), { args: ['--hots', '0.0.0.0'] }))).toMatch(/--hots.*--host/)
  })

  test('the settings file that was named is not there', async () => {
    expect(await refusal(yard.start(yard.folder(), { args: ['--config', '/nowhere.yaml'] }))).toMatch(
      /\/nowhere\.yaml is not there/,
    )
  })

  test('the database is damaged', async () => {
    const data = yard.folder()
    await stopped(data)
    writeFileSync(join(data, 'wheelhouse.db'), Buffer.alloc(65_536, 'not a database '))
    expect(await refusal(yard.start(data))).toMatch(/wheelhouse\.db is damaged.*restore the latest backup/)
  })

  test('the database was written by a newer version', async () => {
    const data = yard.folder()
    await stopped(data)
    const database = new DatabaseSync(join(data, 'wheelhouse.db'))
    database.exec("insert into schema_migrations (name, applied_at) values ('9999-later', 0)")
    database.close()
    expect(await refusal(yard.start(data))).toMatch(/newer version.*9999-later.*restore the backup/)
  })

  test('others can read the master key, it is no key, or it is another key', async () => {
    const data = yard.folder()
    await stopped(data)
    const file = join(data, 'master.key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    chmodSync(file, 0o644)
    expect(await refusal(yard.start(data))).toContain(`chmod 600 ${file}`)
    chmodSync(file, 0o600)
    const right = readFileSync(file)
    writeFileSync(file, 'short\n')
    expect(await refusal(yard.start(data))).toMatch(/not a key of 32 bytes/)
    writeFileSync(file, `${Buffer.alloc(32, 7).toString('base64')}\n`)
    expect(await refusal(yard.start(data))).toMatch(/sealed under the key [0-9a-f]{16}.*Restore that key/)
    writeFileSync(file, right)
    await stopped(data)
  })

  test('the data folder cannot be made or written', async () => {
    const data = yard.folder()
    writeFileSync(join(data, 'file'), '')
    expect(await refusal(yard.start(join(data, 'file/data')))).toContain(join(data, 'file'))
    if (process.getuid?.() !== 0) {
      mkdirSync(join(data, 'closed'), { mode: 0o500 })
      expect(await refusal(yard.start(join(data, 'closed')))).toContain('may not be written')
    }
  })

  test.runIf(canMount)('the data folder is read-only', async () => {
    const mount = await mountTmpfs(yard.folder(), '2m')
    mounts.push(mount)
    await mount.readOnly()
    expect(await refusal(yard.start(mount.path))).toMatch(/read-only|may not be written/)
  })

  test.runIf(canMount)('the disk is full', async () => {
    const mount = await mountTmpfs(yard.folder(), '4m')
    mounts.push(mount)
    mount.fill()
    expect(await refusal(yard.start(mount.path))).toMatch(/full/)
    mount.free()
    const { plane } = await yard.admin(mount.path)
    mount.fill()
    await plane.stop('SIGKILL')
  })
})

test('--help and --version answer and start nothing', async () => {
  const data = join(yard.folder(), 'none')
  const help = yard.start(data, { args: ['--help'] })
  expect(await help.ended).toBe(0)
  for (const flag of ['--port', '--host', '--data', '--config']) expect(help.stdout).toContain(flag)
  const version = yard.start(data, { args: ['--version'] })
  expect(await version.ended).toBe(0)
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(existsSync(data)).toBe(false)
})

test('the setup link is printed once, works once, and is gone afterwards', async () => {
  const data = yard.folder()
  const plane = yard.start(data)
  const [, link] = await plane.printed(/Create the first administrator at (\S+)/)
  const url = await plane.url()
  expect(link).toMatch(new RegExp(`^${url}/setup#token=[\\w-]{20,}$`))
  const token = link?.split('#token=')[1] ?? ''
  const anonymous = clientOf(url)
  expect(await anonymous.auth.setupState()).toEqual({ needed: true })
  const input = { username: 'ada', password: 'violet kettle 7 harbour' }
  await expect(anonymous.auth.setup({ ...input, token: `${token}x` })).rejects.toMatchObject({
    code: 'SETUP_TOKEN_REFUSED',
  })
  // Two who use it at once: one gets it.
  const both = await Promise.allSettled([
    anonymous.auth.setup({ ...input, token }),
    anonymous.auth.setup({ ...input, username: 'eve', token }),
  ])
  expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  await expect(anonymous.auth.setup({ ...input, username: 'mallory', token })).rejects.toMatchObject({
    code: 'SETUP_DONE',
  })
  expect(existsSync(join(data, 'setup-token'))).toBe(false)
  expect(plane.stdout.match(/#token=/g)).toHaveLength(1)
  expect(plane.stderr).toBe('')
  expect(await plane.stop()).toBe(0)
  const again = yard.start(data)
  await again.url()
  expect(await clientOf(await again.url()).auth.setupState()).toEqual({ needed: false })
  expect(await again.stop()).toBe(0)
  expect(again.stdout).not.toContain('#token=')
})

test('the variables create the first administrator, and never another or a new password', async () => {
  const data = yard.folder()
  await stopped(data)
  const env = { WHEELHOUSE_ADMIN_USERNAME: 'second', WHEELHOUSE_ADMIN_PASSWORD: 'another-long-password' }
  const plane = yard.start(data, { env })
  const url = await plane.url()
  await expect(signIn(url, 'second', env.WHEELHOUSE_ADMIN_PASSWORD)).rejects.toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  })
  const admin = await signIn(url)
  expect((await admin.users.list()).items.map((user) => user.username)).toEqual(['admin'])
  expect(await plane.stop()).toBe(0)
  const same = yard.start(data, {
    env: { WHEELHOUSE_ADMIN_USERNAME: 'admin', WHEELHOUSE_ADMIN_PASSWORD: 'another-long-password' },
  })
  await expect(signIn(await same.url(), 'admin', 'another-long-password')).rejects.toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  })
  expect(same.stdout).not.toContain('another-long-password')
})

test('SIGTERM ends it with code 0, also while a job runs and clients are connected, and its services run on', async () => {
  const data = yard.folder()
  const { plane, url, admin } = await yard.admin(data)
  await applied(admin, sleepers('calm', ['one']))
  const [service] = (await admin.services.list()).items
  const pid = service?.pid ?? 0
  const started = startedAt(pid)
  const waiting = `    health:\n      - tcp: 127.0.0.1:1\n        interval: 1s\n        start_period: 60s\n`
  const slow = await admin.stacks.apply({
    source: `${sleepers('slow', ['base'], waiting)}  top:\n    command: [sleep, '1']\n    directory: /\n    depends_on: { base: healthy }\n`,
  })
  await expect.poll(async () => (await admin.jobs.get({ id: slow.id })).state).toBe('running')
  const { ticket } = await admin.auth.ticket()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, ['wheelhouse.v1', `ticket.${ticket}`])
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', (event) => resolve(event.code)))
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  // The job would wait for a minute: it is cut off, not waited for, since container engines kill after 10 s.
  expect(await plane.stop()).toBe(0)
  expect(await closed).toBe(1001)
  expect(startedAt(pid)).toBe(started)
  const again = await yard.admin(data)
  expect((await again.admin.services.get({ id: service?.id ?? '' })).pid).toBe(pid)
  expect(await again.admin.jobs.get({ id: slow.id })).toMatchObject({
    state: 'failed',
    error: { errorCode: 'INTERRUPTED' },
  })
})
