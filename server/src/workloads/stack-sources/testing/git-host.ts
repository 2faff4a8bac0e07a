import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '@wheelhouse/platform/exec'

const identity = {
  GIT_AUTHOR_NAME: 'Ada Mason',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada Mason',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

/** A repository in a folder, and git's own program that serves it over HTTP, with a sign-in where one is set. */
export class GitHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'wh-git-host-'))
  readonly work = join(this.folder, 'work')
  readonly bare = join(this.folder, 'shop.git')
  /** `user:password` that is asked for. */
  login: string | null = null
  /** Authorization headers that came. */
  readonly signedWith: string[] = []
  /** Is called while git waits for its answer. */
  heard: () => void = () => undefined
  readonly #server: Server
  readonly #scheme: 'http' | 'https'

  private constructor(tls: { readonly cert: string; readonly key: string } | undefined) {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response)
    this.#scheme = tls === undefined ? 'http' : 'https'
    this.#server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  }

  /** Over TLS with that certificate, else without. */
  static async open(tls?: { readonly cert: string; readonly key: string }): Promise<GitHost> {
    const host = new GitHost(tls)
    await host.git('init', '--quiet', '-b', 'main', host.work)
    await host.git('init', '--quiet', '--bare', '-b', 'main', host.bare)
    await host.git('-C', host.bare, 'config', 'uploadpack.allowFilter', 'true')
    await host.git('-C', host.bare, 'config', 'http.receivepack', 'false')
    await new Promise<void>((done) => host.#server.listen(0, '127.0.0.1', done))
    return host
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}/shop.git`
  }

  async git(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await run(['git', ...words], { env: identity, timeoutMs: 30_000 })
    if (exitCode !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`)
    return stdout.trim()
  }

  /** Writes files, commits and pushes; answers the hash. A value that begins with `-> ` becomes a link. */
  async commit(message: string, files: Record<string, string | Buffer>, branch = 'main'): Promise<string> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.work, name)
      mkdirSync(dirname(path), { recursive: true })
      rmSync(path, { force: true, recursive: true })
      if (typeof text === 'string' && text.startsWith('-> ')) symlinkSync(text.slice(3), path)
      else writeFileSync(path, text)
    }
    await this.git('-C', this.work, 'add', '-A')
    await this.git('-C', this.work, 'commit', '--quiet', '--allow-empty', '-m', message)
    await this.git('-C', this.work, 'push', '--quiet', '--force', this.bare, `HEAD:refs/heads/${branch}`)
    return this.git('-C', this.work, 'rev-parse', 'HEAD')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://host')
    this.heard()
    if (request.headers.authorization) this.signedWith.push(request.headers.authorization)
    if (url.pathname.startsWith('/away.git'))
      return void response.writeHead(302, { location: `/shop.git${url.pathname.slice(9)}${url.search}` }).end()
    if (url.pathname.startsWith('/inner.git'))
      return void response.writeHead(301, { location: 'http://169.254.169.254/shop.git' }).end()
    // Takes the request and never answers.
    if (url.pathname.startsWith('/silent.git')) return
    const wanted = this.login === null ? undefined : `Basic ${Buffer.from(this.login).toString('base64')}`
    if (wanted !== undefined && request.headers.authorization !== wanted)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    const { PATH = '' } = process.env
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH,
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        ...(request.headers['content-encoding'] === 'gzip' ? { HTTP_CONTENT_ENCODING: 'gzip' } : {}),
      },
    })
    request.pipe(child.stdin)
    child.stdin.on('error', () => undefined)
    let head = Buffer.alloc(0)
    let sent = false
    child.stdout.on('data', (chunk: Buffer) => {
      if (sent) {
        response.write(chunk)
        return
      }
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const lines = head.subarray(0, end).toString('latin1').split('\r\n')
      const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]))
      response.writeHead(Number.parseInt(headers.Status ?? '200', 10), headers)
      sent = true
      response.write(head.subarray(end + 4))
    })
    child.on('close', () => response.end())
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
