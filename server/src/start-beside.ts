import { hostname } from 'node:os'
import { Failure } from '@wheelhouse/contract'
import type { Registry } from './inventory/targets/index.ts'

/** Starts a program that outlives the control plane. Answers once it was started. */
export type StartProgram = (argv: readonly [string, ...string[]]) => Promise<void>

const name = 'wheelhouse-switch'

/**
 * Runs the switch as a process of this machine like any other: it is seen in the list, comes back when it ends, and goes on taking
 * requests while the control plane is away.
 */
export async function startBeside(registry: Registry, argv: readonly [string, ...string[]]): Promise<void> {
  const target = registry.records().find((record) => record.kind === 'process')
  if (!target)
    throw new Failure('NOT_FOUND', `${hostname()} has no target of processes to run the switch on. Register one first.`)
  const { connection } = registry.mirror(target.id)
  const spec = {
    kind: 'process' as const,
    name,
    stack: 'wheelhouse',
    service: 'switch',
    digest: '',
    environment: {},
    labels: {},
    checks: [],
    argv,
    directory: '/',
    ports: [],
    restart: { policy: 'always' as const, delayMs: 200, maxDelayMs: 5_000, maxRetries: null },
    stop: { signal: 'SIGTERM', timeoutMs: 15_000 },
    log: { maxBytes: 10_485_760, files: 3 },
  }
  const quiet = (): void => undefined
  try {
    await connection.create(spec, quiet, new AbortController().signal)
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'CONFLICT')) throw error
    // One that has ended may be of an older version, started from another place: it is made anew. One that runs only has to answer.
    const ended = await connection.remove(name, { force: false, volumes: false }).then(
      () => true,
      () => false,
    )
    if (ended) await connection.create(spec, quiet, new AbortController().signal)
  }
}
