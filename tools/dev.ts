import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createServer } from 'vite'

// The API restarts when its sources change; the web is served by Vite, which hands what is not its own to the API.
const { values } = parseArgs({ options: { port: { type: 'string' } }, strict: false })
const port = typeof values.port === 'string' ? values.port : (process.env.WHEELHOUSE_PORT ?? '8080')
const target = `http://127.0.0.1:${port}`
const root = resolve(import.meta.dirname, '..')

const api = spawn(process.execPath, ['--watch', resolve(root, 'server/src/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// The server checks where a request comes from; behind the proxy that is the server's own address.
const proxied = { target, ws: true, headers: { origin: target } }
const paths = ['/api', '/ws', '/health', '/docs', '/openapi.json']
const vite = await createServer({
  root: resolve(root, 'web'),
  server: { host: '127.0.0.1', proxy: Object.fromEntries(paths.map((path) => [path, proxied])) },
})
await vite.listen()
vite.printUrls()

api.once('exit', (code) => {
  process.exitCode = code ?? 0
  void vite.close()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => api.kill(signal))
