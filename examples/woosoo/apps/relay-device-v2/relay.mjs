// What the kitchen's printer asks: it speaks HTTP only, so the relay listens to the WebSocket server for it.
import { createServer } from 'node:http'
import { WebSocket } from 'ws'

const { PORT, REVERB_URL = '' } = process.env
const mostTickets = 50
const againMs = 500
const tickets = []
let connected = false
let ending = false
let socket = null

function listen() {
  if (ending) return
  socket = new WebSocket(REVERB_URL)
  socket.on('open', () => (connected = true))
  socket.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data)
    if (event.event !== 'order.printed') return
    tickets.push({ order: event.order, text: event.text })
    if (tickets.length > mostTickets) tickets.shift()
  })
  socket.on('error', (error) => console.error(`the WebSocket server: ${error.message}`))
  // It closes with every release of the WebSocket server, and at once there is another.
  socket.on('close', () => {
    connected = false
    setTimeout(listen, againMs)
  })
}

const server = createServer((request, response) => {
  const known = { '/health': { connected }, '/tickets': { tickets } }[request.url ?? '']
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(known ?? { message: 'not here' }))
})
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listens on ${PORT}`))
listen()

process.on('SIGTERM', () => {
  ending = true
  socket?.terminate()
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
