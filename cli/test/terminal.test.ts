import { spawn } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WebSocket as Peer } from 'ws'
import { ScriptedServer } from './scripted-server.ts'
import { listOf, service } from './things.ts'
import { program, wh } from './wh.ts'

let server: ScriptedServer
const told: unknown[] = []
const typed: string[] = []
let request: IncomingMessage | undefined

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
    peer.send(JSON.stringify({ type: 'opened' }))
    peer.send(Buffer.from('hello> '))
  })
}

beforeEach(async () => {
  server = new ScriptedServer()
  await server.listen()
  server.on('GET /api/v1/services', listOf([service('web')]))
  server.on('POST /api/v1/auth/ticket', { ticket: 'once', expiresInMs: 30_000 })
  server.sockets().on('connection', (peer, upgrade) => {
    request = upgrade
    shell(peer)
  })
})
afterEach(() => server.close())

test('exec -it is a terminal: size, keys, output and exit code go through', async () => {
  const { PATH = '', HOME = '' } = process.env
  const command = `stty cols 91 rows 33; exec "${process.execPath}" "${program}" exec -it web -- sh -l`
  const env = { PATH, HOME, TERM: 'xterm', WHEELHOUSE_URL: server.url, WHEELHOUSE_TOKEN: 'wh_1' }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.endsWith('hello> ')) child.stdin.write('exit\r')
  })
  const exit = await new Promise((done) => child.once('close', done))
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
