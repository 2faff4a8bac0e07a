import { spawn } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import type { TerminalFacts } from '@wheelhouse/contract/wire'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WebSocket as Peer } from 'ws'
import { ScriptedServer } from './scripted-server.ts'
import { listOf, service } from './things.ts'
import { program, wh } from './wh.ts'

let server: ScriptedServer
const told: unknown[] = []
const typed: string[] = []
let request: IncomingMessage | undefined
let behave: (peer: Peer) => void

const facts: TerminalFacts = {
  id: '6f1c5a1e-0000-4000-8000-000000000001',
  serviceId: 'local:web',
  serviceName: 'web',
  targetId: 'local',
  command: ['sh', '-l'],
  openedBy: 'ann',
  openedAt: '2026-11-21T10:00:00.000Z',
}

/** A shell that greets, echoes a line and ends with 7. */
function shell(peer: Peer): void {
  peer.on('message', (data: Buffer, binary) => {
    if (binary) {
      typed.push(data.toString())
      peer.send(Buffer.from('bye\r\n'))
      peer.send(JSON.stringify({ type: 'exit', exitCode: 7 }))
      return
    }
    told.push(JSON.parse(data.toString()))
    peer.send(JSON.stringify({ type: 'opened', terminal: facts, writes: true, offset: 0, missed: 0 }))
    peer.send(Buffer.from('hello> '))
  })
}

beforeEach(async () => {
  server = new ScriptedServer()
  await server.listen()
  server.on('GET /api/v1/services', listOf([service('web')]))
  server.on('POST /api/v1/auth/ticket', { ticket: 'once', expiresInMs: 30_000 })
  told.length = 0
  typed.length = 0
  behave = shell
  server.sockets().on('connection', (peer, upgrade) => {
    request = upgrade
    behave(peer)
  })
})
afterEach(() => server.close())

/** `wh` in a terminal of its own; `onOutput` sees all that it printed so far, and types. */
function inTerminal(args: string, onOutput: (output: string, type: (text: string) => void) => void) {
  const { PATH = '', HOME = '' } = process.env
  const command = `stty cols 91 rows 33; exec "${process.execPath}" "${program}" ${args}`
  const env = { PATH, HOME, TERM: 'xterm', WHEELHOUSE_URL: server.url, WHEELHOUSE_TOKEN: 'wh_1' }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    onOutput(output, (text) => child.stdin.write(text))
  })
  return new Promise<{ exit: unknown; output: string }>((done) => child.once('close', (exit) => done({ exit, output })))
}

test('exec -it is a terminal: size, keys, output and exit code go through', async () => {
  const { exit, output } = await inTerminal('exec -it web -- sh -l', (shown, type) => {
    if (shown.endsWith('hello> ')) type('exit\r')
  })
  expect(output).toContain('hello> bye')
  expect(exit).toBe(7)
  expect(told).toEqual([{ type: 'open', columns: 91, rows: 33, argv: ['sh', '-l'] }])
  expect(typed).toEqual(['exit\r'])
  expect(request?.url).toBe('/ws/containers/local%3Aweb/exec')
  expect(request?.headers['sec-websocket-protocol']).toBe('wheelhouse.v1, ticket.once')
})

test('exec -it without a terminal says so', async () => {
  const { exit, stderr } = await wh(['exec', '-it', 'web', 'sh'], {
    WHEELHOUSE_URL: server.url,
    WHEELHOUSE_TOKEN: 'wh_1',
  })
  expect(exit).toBe(2)
  expect(stderr).toContain('terminal')
})

const say = (peer: Peer, message: object): void => peer.send(JSON.stringify(message))
const opened = (more: object = {}) => ({ type: 'opened', terminal: facts, writes: true, offset: 0, missed: 0, ...more })

test('exec -it joins its terminal again when the connection is cut, and goes on where it was', async () => {
  const paths: (string | undefined)[] = []
  behave = (peer) => {
    paths.push(request?.url)
    peer.on('message', (data: Buffer, binary) => {
      if (binary) return
      told.push(JSON.parse(data.toString()))
      if (paths.length === 1) {
        say(peer, opened())
        peer.send(Buffer.from('hello> '))
        setTimeout(() => peer.terminate(), 50)
      } else if (paths.length === 2) {
        // The old connection is not missed yet.
        say(peer, { type: 'error', errorCode: 'LIMIT_REACHED', message: 'You have 10 sockets open.' })
        peer.close(4000, 'LIMIT_REACHED')
      } else {
        say(peer, opened({ offset: 7 }))
        peer.send(Buffer.from('and on\r\n'))
        say(peer, { type: 'exit', exitCode: 4 })
      }
    })
  }
  const { exit, output } = await inTerminal('exec -it web', () => undefined)
  expect(exit).toBe(4)
  expect(paths).toEqual([
    '/ws/containers/local%3Aweb/exec',
    ...Array.from({ length: 2 }, () => `/ws/terminals/${facts.id}`),
  ])
  expect(told[2]).toEqual({ type: 'join', columns: 91, rows: 33, writes: true, after: 7 })
  expect(output).toMatch(/hello> [^]*connection lost, joining again[^]*joined again[^]*and on/)
})

test('a terminal that is gone when the connection is back is told, not waited for', async () => {
  let times = 0
  behave = (peer) => {
    times += 1
    peer.on('message', () => {
      if (times === 1) {
        say(peer, opened())
        setTimeout(() => peer.terminate(), 50)
        return
      }
      say(peer, { type: 'error', errorCode: 'NOT_FOUND', message: 'There is no terminal.' })
      peer.close(4000, 'NOT_FOUND')
    })
  }
  const { exit, output } = await inTerminal('exec -it web', () => undefined)
  expect([exit, times]).toEqual([1, 2])
  expect(output).toContain('The terminal has ended while the connection was lost.')
})

test('attach looks on unless it is asked to type, and Ctrl-] . leaves the command running', async () => {
  server.on('GET /api/v1/terminals', {
    items: [
      { ...facts, user: null, state: 'attached', viewers: [], expiresAt: null, exitCode: null, receivedBytes: 0 },
    ],
    nextCursor: null,
    total: 1,
  })
  behave = (peer) =>
    void peer.on('message', (data: Buffer, binary) => {
      if (binary) {
        typed.push(data.toString())
        return
      }
      const message = JSON.parse(data.toString()) as { writes: boolean }
      told.push(message)
      say(peer, opened({ writes: message.writes }))
      peer.send(Buffer.from('screen> '))
    })
  let sent = false
  const looking = await inTerminal('attach 6f1c5a1e', (shown, type) => {
    if (sent || !shown.includes('screen> ')) return
    sent = true
    type('ls\r')
    setTimeout(() => type('\u0003'), 100)
  })
  expect(told).toEqual([{ type: 'join', columns: 91, rows: 33, writes: false }])
  expect(typed).toEqual([])
  expect([looking.exit, looking.output.includes('its command runs on')]).toEqual([0, true])
  sent = false
  const typing = await inTerminal('attach -it web', (shown, type) => {
    if (sent || !shown.includes('screen> ')) return
    sent = true
    type('ls\r')
    setTimeout(() => type('\u001D'), 100)
    setTimeout(() => type('.'), 200)
  })
  expect(told[1]).toMatchObject({ writes: true })
  expect(typed).toEqual(['ls\r'])
  expect([typing.exit, typing.output.includes('wh attach -it 6f1c5a1e')]).toEqual([0, true])
})
