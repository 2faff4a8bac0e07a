// Serves one folder of files over HTTP: node .wheelhouse/serve.mjs --port 8080 [--host 127.0.0.1] [--folder .] [--spa]
// Plain JavaScript without a package, for it lies in each release and runs on whichever Node from 18 on is there.
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    folder: { type: 'string', default: '.' },
    spa: { type: 'boolean', default: false },
  },
})
const port = Number(values.port)
if (!values.port || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('Say on which port: --port 8080\n')
  process.exit(2)
}
const root = await realpath(resolve(values.folder)).catch(() => {
  process.stderr.write(`There is no folder ${values.folder}.\n`)
  return process.exit(2)
})

const types = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.otf': 'font/otf',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
}

/** The parts of a path, or null for one that may not be asked: not to be read, hidden, or upwards. */
function partsOf(url) {
  try {
    const parts = decodeURIComponent(url.split(/[?#]/, 1)[0]).split('/').slice(1)
    const bad = parts.some((part) => /[\\\0]/.test(part) || (part.startsWith('.') && part !== '.well-known'))
    return bad ? null : parts
  } catch {
    return null
  }
}

/** A file of the folder with its status, or null. A link that leads out of the folder is as good as none. */
async function look(path) {
  try {
    const real = await realpath(path)
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return null
    return { path: real, status: await stat(real) }
  } catch {
    return null
  }
}

/** What a path stands for: `{ file, code }`, or `{ location }` for a folder that was asked without its slash. */
async function find(request) {
  const parts = partsOf(request.url)
  if (parts !== null) {
    const found = await look(join(root, ...parts))
    if (found?.status.isFile() && parts.at(-1) !== '') return { file: found, code: 200 }
    if (found?.status.isDirectory()) {
      const index = await look(join(found.path, 'index.html'))
      if (index?.status.isFile()) {
        if (parts.at(-1) === '') return { file: index, code: 200 }
        // From the parts, not from the address: "//elsewhere" would lead to another host.
        return { location: `/${parts.filter(Boolean).map(encodeURIComponent).join('/')}/` }
      }
    }
    // A missing script or picture must not come as a page.
    if (values.spa && extname(parts.at(-1)) === '') {
      const index = await look(join(root, 'index.html'))
      if (index?.status.isFile()) return { file: index, code: 200 }
    }
  }
  const page = await look(join(root, '404.html'))
  return page?.status.isFile() ? { file: page, code: 404 } : { code: 404 }
}

function tell(response, code, words, headers = {}) {
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(`${words}\n`)
}

async function answer(request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    tell(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' })
    return
  }
  const { file, code, location } = await find(request)
  if (location !== undefined) return tell(response, 301, `It is at ${location}`, { location })
  if (file === undefined) return tell(response, 404, 'There is no such page.')
  const etag = `W/"${file.status.size.toString(36)}-${Math.trunc(file.status.mtimeMs).toString(36)}"`
  const headers = {
    'content-type': types[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    // Kept, and asked about each time: a new release shows at once.
    'cache-control': 'no-cache',
    etag,
    'last-modified': file.status.mtime.toUTCString(),
  }
  if (code === 200 && knows(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers)
    response.end()
    return
  }
  response.writeHead(code, { ...headers, 'content-length': file.status.size })
  if (request.method === 'HEAD' || file.status.size === 0) response.end()
  // To the size that was told: a file that grows meanwhile would break the answer.
  else await pipeline(createReadStream(file.path, { end: file.status.size - 1 }), response)
}

const knows = (header, etag) =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag.slice(2)))

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (response.headersSent) response.destroy()
    else tell(response, 500, 'This file cannot be read.')
    // A visitor that leaves is no fault.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
      process.stderr.write(`${request.url} ${error.code ?? error.message}\n`)
  })
})
server.on('error', (error) => {
  process.stderr.write(`${values.host}:${port} cannot be listened on: ${error.code}\n`)
  process.exit(1)
})
server.listen(port, values.host, () => {
  process.stdout.write(`Serving ${root} on http://${values.host}:${server.address().port}/\n`)
})
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
