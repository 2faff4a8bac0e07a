import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogLine } from '@wheelhouse/contract'
import type { Connection, Driver, DriverLog, ProcessSpec } from '@wheelhouse/driver'
import { Recorder } from '@wheelhouse/driver/conformance'
import { onTestFinished } from 'vitest'
import { createProcessDriver } from './index.ts'

/** What the tests of this room share. */
export const silent: DriverLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

export const stateFolder = (): string => mkdtempSync(join(tmpdir(), 'wh-process-'))

export const openLocal = (driver: Driver): Connection =>
  driver.open({ id: 'local', name: 'local', address: 'local', tls: null }, silent)

/** A shell script as a service; never started again unless told. */
export const shell = (name: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  kind: 'process',
  name,
  stack: 'test',
  service: name,
  digest: 'd',
  environment: {},
  labels: {},
  checks: [],
  argv: ['sh', '-c', script],
  directory: tmpdir(),
  ports: [],
  restart: { policy: 'no', delayMs: 50, maxDelayMs: 200, maxRetries: null },
  stop: { signal: 'SIGTERM', timeoutMs: 5000 },
  log: { maxBytes: 1_000_000, files: 2 },
  ...more,
})

export const sleeperScript = 'i=0; while :; do i=$((i+1)); echo "tick $i"; echo "warn $i" >&2; sleep 1; done'

/** One driver on a folder of its own, watched. */
export async function openBench(folder = stateFolder()) {
  const connection = openLocal(createProcessDriver({ stateFolder: folder, usageIntervalMs: 60_000 }))
  const recorder = new Recorder()
  const abort = new AbortController()
  const watch = connection.watch(recorder, abort.signal)
  let over = false
  const close = async (): Promise<void> => {
    over = true
    abort.abort()
    await watch
    await connection.close()
  }
  const end = async (): Promise<void> => {
    for (const name of recorder.services.keys()) await connection.remove(name, { force: true, volumes: true })
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
  // A test that fails half-way leaves no process behind either.
  onTestFinished(() => (over ? undefined : end()))
  await recorder.until('the first snapshot', () => recorder.snapshots > 0)
  return {
    folder,
    connection,
    recorder,
    create: (spec: ProcessSpec) => connection.create(spec, () => undefined, abort.signal),
    run: async (spec: ProcessSpec) => {
      await connection.create(spec, () => undefined, abort.signal)
      return recorder.state(spec.name, 'running')
    },
    /** Lines until `enough`; without it all there are. */
    lines: async (name: string, enough?: (lines: readonly LogLine[]) => boolean, tail: number | null = null) => {
      const found: LogLine[] = []
      const query = { tail, since: null, until: null, follow: enough !== undefined }
      for await (const line of connection.logs(name, query, AbortSignal.timeout(60_000))) {
        found.push(line)
        if (enough?.(found)) break
      }
      return found
    },
    close,
    /** Removes every service and the folder. */
    end,
  }
}

/** The numbers in lines such as `n 12`. */
export const numbersIn = (lines: readonly LogLine[]): number[] =>
  lines.filter((line) => line.text.startsWith('n ')).map((line) => Number.parseInt(line.text.slice(2), 10))
