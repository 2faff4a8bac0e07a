import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type RunningProgram, run, spawnStream } from '@wheelhouse/platform/exec'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builderConformance } from '../builder/conformance.ts'
import { createStepRunner } from '../builder/index.ts'
import { staticFiles } from './index.ts'

builderConformance(staticFiles, {
  options: [
    { command: 'npx vite build', folder: 'dist', spa: true },
    { command: ['./make pages', 'all'], exclude: ['*.map'] },
  ],
  app: { 'index.html': '<h1>hello</h1>', 'a.css': '' },
  other: { 'package.json': '{}', 'public/index.html': '' },
  made: { 'dist/index.html': '' },
})

const directory = mkdtempSync(join(tmpdir(), 'wh-static-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('a static site', () => {
  let program: RunningProgram
  let port = 0
  const outside = join(directory, 'outside.txt')
  const site = join(directory, 'app/dist')

  async function serve(...more: string[]): Promise<[RunningProgram, number]> {
    const argv = staticFiles.serve?.(staticFiles.schema.parse({})).slice(1) ?? []
    const words = argv.map((word) => word.replace('{port}', '0'))
    const started = await spawnStream([process.execPath, ...words, ...more], { cwd: site })
    const [line] = (await started.stdout.take(1).toArray()) as Buffer[]
    return [started, Number(/:(\d+)\/\n/.exec(String(line))?.[1])]
  }

  beforeAll(async () => {
    mkdirSync(join(directory, 'app'))
    writeFileSync(outside, 'not yours')
    writeFileSync(
      join(directory, 'app/make.sh'),
      'mkdir -p dist/docs dist/deep "dist/ü b"; echo home > dist/index.html; echo docs > dist/docs/index.html; echo "a{}" > dist/a.css; echo n > dist/deep/file; echo s > dist/.hidden; : > dist/empty.txt; echo w > "dist/ü b/c.txt"',
    )
    const given = {
      directory: join(directory, 'app'),
      environment: {},
      secrets: {},
      signal: new AbortController().signal,
      log: () => undefined,
    }
    const options = staticFiles.schema.parse({ command: 'sh make.sh', folder: 'dist' })
    const context = {
      ...given,
      cache: directory,
      app: 'site',
      stack: 's',
      run: createStepRunner(given),
      buildImage: null,
    }
    expect(await staticFiles.build(options, context)).toMatchObject({ directory: site })
    symlinkSync(outside, join(site, 'link.txt'))
    symlinkSync('docs', join(site, 'inner'))
    const served = await serve()
    program = served[0]
    port = served[1]
  })
  afterAll(() => program.stop())

  /** As it is, for fetch would tidy the path up. */
  function ask(path: string, headers: Record<string, string> = {}, method = 'GET', on = port) {
    return new Promise<{ code: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const sent = request({ port: on, host: '127.0.0.1', path, method, headers }, (answer) => {
        text(answer).then((body) => resolve({ code: answer.statusCode ?? 0, body, headers: answer.headers }), reject)
      })
      sent.once('error', reject).end()
    })
  }

  it('brings its own server along', () => {
    expect(existsSync(join(site, '.wheelhouse/serve.mjs'))).toBe(true)
    expect(readFileSync(join(site, '.wheelhouse/serve.mjs'))).toEqual(
      readFileSync(join(import.meta.dirname, 'serve.mjs')),
    )
  })

  it('is served with types, lengths and nothing to guess', async () => {
    expect(await ask('/')).toMatchObject({ code: 200, body: 'home\n' })
    const css = await ask('/a.css?v=1')
    expect(css).toMatchObject({ code: 200, body: 'a{}\n' })
    expect(css.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'content-length': '4',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    })
    expect((await ask('/deep/file')).headers['content-type']).toBe('application/octet-stream')
    expect(await ask('/a.css', {}, 'HEAD')).toMatchObject({ code: 200, body: '', headers: { 'content-length': '4' } })
    expect(await ask('/empty.txt')).toMatchObject({ code: 200, body: '' })
    expect(await ask(`/${encodeURIComponent('ü b')}/c.txt`)).toMatchObject({ code: 200, body: 'w\n' })
    expect(await ask('/', {}, 'POST')).toMatchObject({ code: 405, headers: { allow: 'GET, HEAD' } })
  })

  it('is not sent again to those who have it', async () => {
    const etag = String((await ask('/a.css')).headers.etag)
    for (const known of [etag, `"other", ${etag}`, '*']) {
      expect(await ask('/a.css', { 'if-none-match': known })).toMatchObject({ code: 304, body: '' })
    }
    expect(await ask('/a.css', { 'if-none-match': '"other"' })).toMatchObject({ code: 200 })
    writeFileSync(join(site, 'a.css'), 'b{color:red}\n')
    expect(await ask('/a.css', { 'if-none-match': etag })).toMatchObject({ code: 200, body: 'b{color:red}\n' })
  })

  it('leads folders to their slash, on this host alone', async () => {
    expect(await ask('/docs')).toMatchObject({ code: 301, headers: { location: '/docs/' } })
    expect(await ask('/docs/')).toMatchObject({ code: 200, body: 'docs\n' })
    expect(await ask('/inner/')).toMatchObject({ code: 200, body: 'docs\n' })
    expect(await ask('//docs')).toMatchObject({ code: 301, headers: { location: '/docs/' } })
    expect((await ask('/deep')).code).toBe(404)
    expect((await ask('/deep/')).code).toBe(404)
    expect((await ask('/a.css/')).code).toBe(404)
  })

  it.for([
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/docs/..%5c..%5coutside.txt',
    '/link.txt',
    '/.hidden',
    '/.wheelhouse/serve.mjs',
    '/%2ewheelhouse/serve.mjs',
    '/a.css%00.html',
    '/%zz',
    '/none',
    '/constructor',
  ])('gives nothing for %s', async (path) => {
    const { code, body } = await ask(path)
    expect(code).toBe(404)
    expect(body).not.toMatch(/not yours|createServer/)
  })

  it('answers unknown pages as one app where it is told to, or with its own page for them', async () => {
    const [app, own] = await serve('--spa')
    expect(await ask('/users/7', {}, 'GET', own)).toMatchObject({ code: 200, body: 'home\n' })
    expect((await ask('/missing.js', {}, 'GET', own)).code).toBe(404)
    expect((await ask('/.hidden', {}, 'GET', own)).code).toBe(404)
    app.stop()
    expect(await app.ended).toEqual({ exitCode: 0, signal: null })
    writeFileSync(join(site, '404.html'), 'lost\n')
    expect(await ask('/users/7')).toMatchObject({ code: 404, body: 'lost\n' })
    rmSync(join(site, '404.html'))
  })

  it('says so when it cannot start', async () => {
    const server = join(site, '.wheelhouse/serve.mjs')
    expect(await run([process.execPath, server])).toMatchObject({
      exitCode: 2,
      stderr: 'Say on which port: --port 8080\n',
    })
    const taken = await run([process.execPath, server, '--port', String(port), '--folder', site])
    expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('EADDRINUSE') })
  })
})
