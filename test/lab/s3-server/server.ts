import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname, join, relative } from 'node:path'
import { Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { isSigned } from './signature.ts'

/*
 * NOT an S3 storage: a stand-in for tests, as far as backups use one. It keeps objects as files, checks every signature (not the
 * hash of the body), and knows PUT, GET, HEAD, DELETE, ListObjectsV2 and multipart uploads.
 */
export interface S3Options {
  readonly port: number
  readonly folder: string
  readonly accessKey: string
  readonly secretKey: string
}

const errorBody = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
const escaped = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** The body as it was before `aws-chunked` framed it: sizes in hex, and trailers after a size of 0. */
class Unframed extends Transform {
  #held = Buffer.alloc(0)
  #left = 0
  #ended = false

  override _transform(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#held = Buffer.concat([this.#held, chunk])
    while (!this.#ended && this.#held.length > 0) {
      if (this.#left > 0) {
        const part = this.#held.subarray(0, this.#left)
        this.#left -= part.length
        this.#held = this.#held.subarray(part.length)
        this.push(part)
        continue
      }
      const start = this.#held.subarray(0, 2).toString() === '\r\n' ? 2 : 0
      const line = this.#held.indexOf('\r\n', start)
      if (line === -1) break
      this.#left = Number.parseInt(this.#held.subarray(start, line).toString().split(';')[0] ?? '0', 16)
      this.#held = this.#held.subarray(line + 2)
      this.#ended = this.#left === 0
    }
    done()
  }
}

async function store(request: IncomingMessage, path: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true })
  const hash = createHash('md5')
  const md5 = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const framed = (request.headers['content-encoding'] ?? '').includes('aws-chunked')
  await pipeline(framed ? request.pipe(new Unframed()) : request, md5, createWriteStream(path))
  return hash.digest('hex')
}

export async function serveS3(options: S3Options): Promise<Server> {
  const objects = join(options.folder, 'objects')
  const uploads = join(options.folder, 'uploads')
  mkdirSync(objects, { recursive: true })
  const etagOf = (path: string): string => readFileSync(`${path}.etag`, 'utf8')

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const answer = (status: number, body = '', headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body)
    }
    if (!isSigned(request, url, options.accessKey, options.secretKey)) {
      request.resume()
      answer(403, errorBody('SignatureDoesNotMatch'))
      return
    }
    const key = decodeURIComponent(url.pathname).slice(1)
    const path = join(objects, key)
    if (relative(objects, path).startsWith('..')) return answer(400, errorBody('InvalidURI'))
    const bucket = key.split('/')[0] ?? ''
    if (bucket.startsWith('missing')) return answer(404, errorBody('NoSuchBucket'))
    const upload = url.searchParams.get('uploadId')
    switch (request.method) {
      case 'PUT': {
        const part = url.searchParams.get('partNumber')
        const file = upload === null ? path : join(uploads, upload, part ?? '0')
        const etag = await store(request, file)
        writeFileSync(`${file}.etag`, etag)
        return answer(200, '', { etag: `"${etag}"` })
      }
      case 'POST': {
        if (url.searchParams.has('uploads')) {
          const id = randomUUID()
          mkdirSync(join(uploads, id), { recursive: true })
          return answer(
            200,
            `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
          )
        }
        if (url.searchParams.has('delete')) {
          const keys = [...(await text(request)).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, name]) => name ?? '')
          for (const name of keys) for (const end of ['', '.etag']) rmSync(`${join(path, name)}${end}`, { force: true })
          return answer(200, '<DeleteResult></DeleteResult>')
        }
        if (upload === null) return answer(400, errorBody('InvalidRequest'))
        const numbers = [...(await text(request)).matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) => n ?? '')
        mkdirSync(dirname(path), { recursive: true })
        const sums: Buffer[] = []
        const out = createWriteStream(path)
        for (const number of numbers.sort((a, b) => Number(a) - Number(b))) {
          const file = join(uploads, upload, number)
          sums.push(Buffer.from(etagOf(file), 'hex'))
          await pipeline(createReadStream(file), out, { end: false })
        }
        await new Promise<void>((done) => out.end(done))
        rmSync(join(uploads, upload), { recursive: true })
        const etag = `${createHash('md5').update(Buffer.concat(sums)).digest('hex')}-${sums.length}`
        writeFileSync(`${path}.etag`, etag)
        return answer(200, `<CompleteMultipartUploadResult><ETag>"${etag}"</ETag></CompleteMultipartUploadResult>`)
      }
      case 'DELETE': {
        if (upload === null) for (const end of ['', '.etag']) rmSync(`${path}${end}`, { force: true })
        else rmSync(join(uploads, upload), { recursive: true, force: true })
        return answer(204)
      }
      default: {
        if (url.searchParams.get('list-type') === '2') {
          const prefix = url.searchParams.get('prefix') ?? ''
          const all = existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }) : []
          const names = all
            .filter((entry) => entry.isFile() && !entry.name.endsWith('.etag'))
            .map((entry) => relative(path, join(entry.parentPath, entry.name)))
            .filter((name) => name.startsWith(prefix))
            .sort()
          const rows = names.map(
            (name) =>
              `<Contents><Key>${escaped(name)}</Key><Size>${statSync(join(path, name)).size}</Size>` +
              `<LastModified>${statSync(join(path, name)).mtime.toISOString()}</LastModified></Contents>`,
          )
          return answer(200, `<ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`)
        }
        if (!existsSync(`${path}.etag`)) return answer(404, request.method === 'HEAD' ? '' : errorBody('NoSuchKey'))
        const { size, mtime } = statSync(path)
        const headers = {
          etag: `"${etagOf(path)}"`,
          'content-length': String(size),
          'last-modified': mtime.toUTCString(),
        }
        response.writeHead(200, headers)
        if (request.method === 'HEAD') response.end()
        else await pipeline(createReadStream(path), response)
      }
    }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>((listening) => server.listen(options.port, '127.0.0.1', listening))
  return server
}
