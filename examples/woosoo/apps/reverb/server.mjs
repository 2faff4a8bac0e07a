// Browsers and relays listen at /app/<key>; the backend posts signed events to /events, and all who listen get them.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const { PORT, REVERB_APP_KEY, REVERB_APP_SECRET = '' } = process.env
const largestEvent = 64 * 1024

function isSigned(body, signature) {
  const expected = Buffer.from(createHmac('sha256', REVERB_APP_SECRET).update(body).digest('hex'))
  const given = Buffer.from(String(signature))
  return expected.length === given.length && timingSafeEqual(expected, given)
}

async function handle(request, response) {
  const answer = (status, value) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  if (request.method === 'GET' && request.url === '/health') return answer(200, { listeners: sockets.clients.size })
  if (request.method !== 'POST' || request.url !== '/events') return answer(404, { message: 'not here' })
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > largestEvent) return answer(413, { message: 'too long' })
  }
  if (!isSigned(body, request.headers['x-signature'])) return answer(401, { message: 'the signature does not fit' })
  let told = 0
  for (const socket of sockets.clients) {
    socket.send(body)
    told++
  }
  return answer(202, { told })
}

const server = createServer((request, response) => {
  // Whoever posts may go before the whole event is here.
  handle(request, response).catch(() => response.destroy())
})

const sockets = new WebSocketServer({ noServer: true })
server.on('upgrade', (request, socket, head) => {
  if (request.url !== `/app/${REVERB_APP_KEY}`) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
  return sockets.handleUpgrade(request, socket, head, (one) => {
    one.on('error', () => one.terminate())
    one.send(JSON.stringify({ event: 'connected' }))
  })
})

server.listen(Number(PORT), '127.0.0.1', () => console.log(`listens on ${PORT}`))
process.on('SIGTERM', () => {
  for (const socket of sockets.clients) socket.close(1001, 'another release takes over')
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
