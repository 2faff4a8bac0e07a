import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, Driver, DriverLog, ProcessSpec } from '@wheelhouse/driver'

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
