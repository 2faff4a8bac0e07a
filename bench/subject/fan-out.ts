import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'

// The least a fan-out of a log can be: one pipe, lines as JSON, one encoded frame each 10 ms to every socket.
// Run as a process: fan-out.ts <lines a second>; prints its port.
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('listening', () => console.log((server.address() as { port: number }).port))
const writer = spawn(process.execPath, [join(import.meta.dirname, 'log-writer.mjs'), process.argv[2] ?? '10000'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
let waiting: string[] = []
createInterface({ input: writer.stdout }).on('line', (text) => {
  waiting.push(JSON.stringify({ at: new Date().toISOString(), stream: 'stdout', level: null, text }))
})
setInterval(() => {
  if (waiting.length === 0) return
  const frame = Buffer.from(`{"type":"batch","sub":"s1","seq":1,"events":[${waiting.join(',')}]}`)
  waiting = []
  for (const socket of server.clients) if (socket.bufferedAmount < 1_048_576) socket.send(frame, { binary: false })
}, 10)
process.on('SIGTERM', () => {
  writer.kill()
  process.exit(0)
})
