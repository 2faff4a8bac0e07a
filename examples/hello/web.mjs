// A page that shows what the API answers, and says so when it does not.
import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 8801)
const api = process.env.API ?? 'http://127.0.0.1:8802'

const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

async function ask() {
  const response = await fetch(api, { signal: AbortSignal.timeout(2000) })
  if (!response.ok) throw new Error(`the API answered ${response.status}`)
  return response.json()
}

const page = (title, rows) => `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<title>${escape(title)}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 36rem; margin: 12vh auto; padding: 0 1rem }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem }
  dt { opacity: .6 } dd { margin: 0; font-variant-numeric: tabular-nums }
</style>
<h1>${escape(title)}</h1>
<dl>${Object.entries(rows)
  .map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`)
  .join('')}</dl>
</html>
`

async function answer(request, response) {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const send = (status, html) => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
    response.end(html)
  }
  if (path !== '/') return send(404, page('Nothing here', { path }))
  try {
    const { greeting, ...rows } = await ask()
    send(200, page(greeting, rows))
  } catch (error) {
    console.error(`ERROR the API at ${api} does not answer: ${error.message}`)
    send(200, page('The API does not answer', { address: api, reason: error.message }))
  }
}

const server = createServer((request, response) => void answer(request, response))

server.on('error', (error) => {
  console.error(`ERROR port ${port} cannot be used: ${error.message}`)
  process.exit(1)
})
server.listen(port, '127.0.0.1', () => console.log(`INFO open http://127.0.0.1:${port}`))

process.on('SIGTERM', () => {
  console.log('INFO asked to stop')
  server.close(() => process.exit(0))
  server.closeAllConnections?.()
})
