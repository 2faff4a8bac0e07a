// A small JSON API: GET / and GET /health. Plain Node, no dependencies.
import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 8802)
const greeting = process.env.GREETING ?? 'Hello'
const started = Date.now()
let requests = 0

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  }
  if (path === '/health') return answer(200, { status: 'ok' })
  requests++
  if (path !== '/') {
    console.error(`WARN no such path: ${path}`)
    return answer(404, { message: `There is nothing at ${path}. Try /.` })
  }
  console.log(`INFO ${request.method} ${path} answered, request ${requests}`)
  return answer(200, {
    greeting,
    requests,
    uptimeSeconds: Math.round((Date.now() - started) / 1000),
    memoryBytes: process.memoryUsage().rss,
    time: new Date().toISOString(),
  })
})

server.on('error', (error) => {
  console.error(`ERROR port ${port} cannot be used: ${error.message}`)
  process.exit(1)
})
server.listen(port, '127.0.0.1', () => console.log(`INFO listening on http://127.0.0.1:${port}`))

process.on('SIGTERM', () => {
  console.log('INFO asked to stop: no new requests, open ones are finished')
  server.close(() => process.exit(0))
  server.closeIdleConnections?.()
})
