import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createProcessDriver } from '@wheelhouse/driver-process'
import { Recorder } from '@wheelhouse/driver/conformance'
import type { ProcessSpec } from '@wheelhouse/driver'

interface StackFile {
  name: string
  services: Record<string, { command: string[]; environment?: Record<string, string>; ports?: number[] }>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('the three services run, find each other and end on their signal', async () => {
  const file = parse(readFileSync(join(import.meta.dirname, 'wheelhouse.yaml'), 'utf8')) as StackFile
  expect(Object.keys(file.services)).toEqual(['api', 'web', 'worker'])
  const folder = mkdtempSync(join(tmpdir(), 'wh-hello-'))
  const [apiPort, webPort] = [await freePort(), await freePort()]
  const api = `http://127.0.0.1:${apiPort}`
  const changes: Record<string, Record<string, string>> = {
    api: { PORT: String(apiPort) },
    web: { PORT: String(webPort), API: api },
    worker: { API: api, INTERVAL_MS: '100', HEARTBEAT: join(folder, 'heartbeat') },
  }
  const quiet = (): void => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  const target = { id: 'local', name: 'local', address: 'local', tls: null }
  const connection = createProcessDriver({ stateFolder: join(folder, 'state') }).open(target, log)
  const abort = new AbortController()
  const recorder = new Recorder()
  const watch = connection.watch(recorder, abort.signal)

  /** The first line of a service that says this. */
  const said = async (name: string, text: string): Promise<string> => {
    const query = { tail: null, since: null, until: null, follow: true }
    for await (const line of connection.logs(name, query, AbortSignal.timeout(60_000))) {
      if (line.text.includes(text)) return `${line.level}`
    }
    throw new Error(`${name} never said ${text}`)
  }

  try {
    for (const [service, { command, environment, ports }] of Object.entries(file.services)) {
      const spec: ProcessSpec = {
        kind: 'process',
        name: service,
        stack: file.name,
        service,
        digest: '',
        argv: command,
        directory: import.meta.dirname,
        environment: { ...environment, ...changes[service] },
        labels: {},
        checks: [],
        ports: ports ?? [],
        restart: { policy: 'no', delayMs: 100, maxDelayMs: 1000, maxRetries: null },
        stop: { signal: 'SIGTERM', timeoutMs: 10_000 },
        log: { maxBytes: 1_000_000, files: 1 },
      }
      await connection.create(spec, quiet, abort.signal)
      if (service !== 'worker') await said(service, `http://127.0.0.1:`)
    }
    expect(await said('worker', 'the API answered')).toBe('info')
    expect((await fetch(`${api}/health`)).status).toBe(200)
    expect((await fetch(`${api}/nothing`)).status).toBe(404)
    expect(await said('api', 'no such path')).toBe('warn')
    expect(await (await fetch(`http://127.0.0.1:${webPort}/`)).text()).toContain('Hello from a process')
    for (const name of ['worker', 'web', 'api']) {
      await connection.stop(name, {})
      expect((await recorder.state(name, 'stopped')).exitCode).toBe(0)
    }
  } finally {
    for (const name of recorder.services.keys()) await connection.remove(name, { force: true, volumes: true })
    abort.abort()
    await watch
    await connection.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
