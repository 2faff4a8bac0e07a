import type { DriverLog, ProcessSpec } from '@wheelhouse/driver'
import { run, spawnStream } from '@wheelhouse/platform/exec'
import { where } from '../../test/needs.ts'
import { createOsServiceDriver, type Run, type Stream } from './index.ts'

export const silent: DriverLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

const inside = (argv: readonly string[]): [string, ...string[]] => [
  'docker',
  '-H',
  where('docker'),
  'exec',
  '-i',
  where('systemd'),
  ...argv,
]
/** Every command of the driver, inside the lab's container where systemd is PID 1. */
export const runInside: Run = (argv, options) => run(inside(argv), options)
export const streamInside: Stream = async (argv) => {
  const program = await spawnStream(inside(argv), { graceMs: 200 })
  program.stderr.resume()
  return program
}

export const openInside = () =>
  createOsServiceDriver({ run: runInside, stream: streamInside, user: false }).open(
    { id: 'lab', name: 'lab', address: 'local', tls: null },
    silent,
  )

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
  directory: '/tmp',
  ports: [],
  restart: { policy: 'no', delayMs: 50, maxDelayMs: 200, maxRetries: null },
  stop: { signal: 'SIGTERM', timeoutMs: 5000 },
  log: { maxBytes: 1_000_000, files: 2 },
  ...more,
})
