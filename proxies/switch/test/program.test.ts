import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codeOf, until } from '../../proxy/conformance.ts'
import type { Route } from '../../proxy/index.ts'
import { ask, who } from '../../proxy/testing/ask.ts'
import { type Instance, startInstance } from '../../proxy/testing/instance.ts'
import { freePort } from '../../../test/fixtures/free-port.ts'
import { SteadyClients } from '../../proxy/testing/steady-clients.ts'
import { createSwitch } from '../client.ts'
import { SwitchProcess } from './switch-process.ts'

let program: SwitchProcess
let one: Instance
beforeEach(async () => {
  program = new SwitchProcess()
  one = await startInstance('one')
})
afterEach(async () => {
  await program.close()
  await one.kill()
})
const route = (port: number, more: Partial<Route> = {}): Route => {
  const listen = { host: '127.0.0.1', port }
  return { id: 'a/b/c', protocol: 'http', listen, hostnames: [], upstreams: [one.upstream], ...more }
}

test('is started once when nobody answers, however many ask', async () => {
  const plane = program.proxy
  expect(await plane.status()).toBeNull()
  await Promise.all([plane.list(), plane.list(), plane.get('x'), plane.set(route(await freePort()))])
  expect(program.starts).toBe(1)
  expect(await plane.status()).toMatchObject({ routes: 1, notListening: [], damaged: null })
  const refused = createSwitch({ stateFolder: '/nonexistent', start: async () => {}, startTimeoutMs: 100 })
  expect(await codeOf(refused.list())).toBe('TARGET_UNREACHABLE')
})

test('a second program on the same folder leaves the first alone', async () => {
  const port = await freePort()
  await program.proxy.set(route(port))
  const first = (await program.proxy.status())?.pid
  await program.start()
  await until(() => program.output.includes('Another switch runs'))
  expect((await program.proxy.status())?.pid).toBe(first)
  expect(await who(port)).toBe('one')
})

test('only its own user can reach what it keeps and what it hears', async () => {
  await program.proxy.set(route(await freePort()))
  const mode = (name: string): number => statSync(join(program.folder, name)).mode & 0o777
  expect([mode('.'), mode('control.sock'), mode('routes.json')]).toEqual([0o700, 0o600, 0o600])
  expect(readdirSync(program.folder).toSorted()).toEqual(['control.sock', 'routes.json'])
})

test('no message on the control socket ends it', async () => {
  const port = await freePort()
  await program.proxy.set(route(port))
  const path = join(program.folder, 'control.sock')
  const send = (bytes: string | Buffer): Promise<void> =>
    new Promise((done) => {
      const socket = connect(path, () => {
        socket.write(bytes)
        setTimeout(() => socket.destroy(), 30)
      })
      socket.on('error', () => {})
      socket.on('close', () => done())
    })
  const head = 'PUT /routes/a HTTP/1.1\r\nHost: x\r\n'
  for (const bytes of [
    '',
    '\0\0\0\0',
    'GET',
    `${head}Content-Length: 500\r\n\r\n{"id":`,
    `${head}Content-Length: 3\r\n\r\n{]}`,
    `${head}Content-Length: 4\r\n\r\nnull`,
    `${head}Content-Length: 99999999999\r\n\r\n`,
    'GET /routes/%zz HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /routes/a/drain HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]',
    Buffer.alloc(100_000, 0xff),
  ]) {
    await send(bytes)
  }
  const status = await new Promise<number>((done, fail) => {
    const sent = httpRequest({ socketPath: path, method: 'PUT', path: '/routes/a' }, (answer) => {
      answer.resume()
      done(answer.statusCode ?? 0)
    })
    sent.on('error', fail)
    sent.end(Buffer.alloc(2 << 20, 'x'))
  })
  expect(status).toBe(413)
  expect(await who(port)).toBe('one')
  expect((await program.proxy.status())?.routes).toBe(1)
})

test('a routes file that cannot be read is set aside, not written over', async () => {
  const file = join(program.folder, 'routes.json')
  writeFileSync(file, '{"routes": [{"id":')
  await program.proxy.set(route(await freePort()))
  const { damaged } = (await program.proxy.status()) ?? { damaged: null }
  expect(readFileSync(damaged ?? '', 'utf8')).toBe('{"routes": [{"id":')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ routes: [{ id: 'a/b/c' }] })
})

test('an address that is taken at start is taken up once it is free; the others are served meanwhile', async () => {
  const [port, other] = [await freePort(), await freePort()]
  await program.proxy.set(route(port))
  await program.proxy.set(route(other, { id: 'a/b/other' }))
  await program.signal('SIGKILL')
  const holder = createServer((socket) => socket.end())
  await new Promise<void>((done) => void holder.listen(port, '127.0.0.1', done))
  await program.restart()
  expect((await program.proxy.status())?.notListening).toMatchObject([
    { listen: `127.0.0.1:${port}`, reason: expect.stringContaining(`process ${process.pid}`) as string },
  ])
  expect(await who(other)).toBe('one')
  await new Promise((done) => holder.close(done))
  await until(async () => (await program.proxy.status())?.notListening.length === 0)
  expect(await who(port)).toBe('one')
})

test('the gap of a port taken over is the time in which nobody listened', async () => {
  const port = await freePort()
  const holder = createServer((socket) => socket.end())
  await new Promise<void>((done) => void holder.listen(port, '127.0.0.1', done))
  const since = performance.now()
  expect(await codeOf(program.proxy.set(route(port)))).toBe('CONFLICT')
  await new Promise((done) => holder.close(done))
  const closed = performance.now()
  await pause(200)
  const nobody = performance.now() - closed
  const { gapMs } = await program.proxy.set(route(port))
  expect(gapMs).toBeGreaterThanOrEqual(nobody)
  expect(gapMs).toBeLessThanOrEqual(performance.now() - since)
  expect(await who(port)).toBe('one')
  expect((await program.proxy.set(route(port))).gapMs).toBe(0)
})

test('TERM lets what is under way end, takes nothing new, and ends with 0', async () => {
  const port = await freePort()
  await program.proxy.set(route(port))
  const slow = ask({ port, path: '/slow?ms=800' })
  await until(() => one.taken === 1)
  const ended = program.signal('SIGTERM')
  await until(() =>
    who(port).then(
      () => false,
      () => true,
    ),
  )
  expect((await slow).body.toString()).toMatch(/one$/)
  expect(await ended).toBe(0)
})

test('a route can change its protocol on its port', async () => {
  const port = await freePort()
  await program.proxy.set(route(port))
  await program.proxy.set(route(port, { protocol: 'tcp' }))
  expect(await who(port)).toBe('one')
  await program.proxy.set(route(port))
  expect(await who(port)).toBe('one')
  expect(await codeOf(program.proxy.set(route(port, { id: 'a/b/d', protocol: 'tcp' })))).toBe('CONFLICT')
  expect(await codeOf(program.proxy.set(route(port, { id: 'a/b/d' })))).toBe('CONFLICT')
})

test('kill -9 of the control plane, in the middle of a change, is noticed by nobody', async () => {
  const [port, two] = [await freePort(), await startInstance('two')]
  const script = join(import.meta.dirname, 'control-plane.ts')
  const ports = [port, one.upstream.port, two.upstream.port].map(String)
  const plane = (): ReturnType<typeof spawn> => spawn(process.execPath, [script, program.folder, ...ports])
  let clients: SteadyClients | null = null
  for (let round = 0; round < 3; round++) {
    const control = plane()
    await once(control.stdout ?? control, 'data')
    clients ??= new SteadyClients(port)
    await pause(200)
    const gone = once(control, 'exit')
    control.kill('SIGKILL')
    await gone
    expect(await program.proxy.status()).toMatchObject({ routes: 1, notListening: [], damaged: null })
  }
  await pause(200)
  const { asked, failures } = (await clients?.stop()) ?? { asked: 0, failures: ['never started'] }
  expect(failures).toEqual([])
  expect(asked).toBeGreaterThan(100)
  expect([one.upstream.port, two.upstream.port]).toContain((await program.proxy.get('a/b/c'))?.upstreams[0]?.port)
  expect(program.starts).toBe(0)
  await two.kill()
})

test('2,000 clients that do nothing cost little', async () => {
  const port = await freePort()
  await program.proxy.set(route(port))
  const before = (await program.proxy.status())?.memoryBytes ?? 0
  const idle = Array.from({ length: 2_000 }, () => connect(port, '127.0.0.1'))
  for (const socket of idle) socket.on('error', () => {})
  await until(async () => (await program.proxy.status())?.connections === idle.length)
  expect(((await program.proxy.status())?.memoryBytes ?? Infinity) - before).toBeLessThan(idle.length * 40_000)
  expect(await who(port)).toBe('one')
  for (const socket of idle) socket.destroy()
  await until(async () => (await program.proxy.status())?.connections === 0)
})
