import {
  type BulkAct,
  type Capability,
  Failure,
  type Service,
  type ServiceAct,
  serviceAllows,
} from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import type { Registry } from '../../inventory/targets/index.ts'

/** The mirror follows an act within milliseconds; this long a call waits for it, so that its answer shows the result. */
const mirrorMs = 2_000

const capabilityOf: Record<ServiceAct, Capability> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  pause: 'pause',
  resume: 'pause',
  kill: 'kill',
  remove: 'remove',
  rename: 'rename',
  exec: 'exec',
}

export interface ActOptions {
  readonly timeoutMs?: number | undefined
  readonly signal?: string | undefined
  readonly volumes?: boolean | undefined
  readonly name?: string | undefined
}

interface Way {
  run(connection: Connection, nativeId: string, options: ActOptions): Promise<void>
  /** Whether the row says that it was done. */
  shows(service: Service, options: ActOptions): boolean
}

const up = (service: Service): boolean => service.state !== 'stopped' && service.state !== 'paused'
const down = (service: Service): boolean => service.state === 'stopped' || service.state === 'failed'
const stopping = ({ timeoutMs }: ActOptions): { timeoutMs?: number } => (timeoutMs === undefined ? {} : { timeoutMs })
const signalOf = ({ signal }: ActOptions): string => `SIG${(signal ?? 'KILL').replace(/^SIG/, '')}`
// A signal need not end it (HUP reloads), so no state is awaited for those.
const ending: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM'])

const ways: Record<BulkAct | 'rename', Way> = {
  start: { run: (c, id) => c.start(id), shows: up },
  stop: { run: (c, id, options) => c.stop(id, stopping(options)), shows: down },
  restart: { run: (c, id, options) => c.restart(id, stopping(options)), shows: up },
  pause: { run: (c, id) => c.pause(id), shows: ({ state }) => state === 'paused' },
  resume: { run: (c, id) => c.resume(id), shows: ({ state }) => state !== 'paused' },
  kill: {
    run: (c, id, options) => c.kill(id, signalOf(options)),
    shows: ({ state }, options) => !ending.has(signalOf(options)) || state !== 'running',
  },
  rename: {
    run: (c, id, { name }) => c.rename(id, name ?? ''),
    shows: (service, { name }) => service.name === name,
  },
  remove: {
    run: (c, id, { volumes }) => c.remove(id, { force: true, volumes: volumes ?? false }),
    shows: () => false,
  },
}

/** Throws CAPABILITY_MISSING, or STATE_CONFLICT where the state of a service does not allow the act. */
export function requireActable(service: Service, act: ServiceAct, connection: Connection): void {
  if (!connection.capabilities.has(capabilityOf[act])) {
    throw new Failure(
      'CAPABILITY_MISSING',
      `${service.targetName} cannot ${act === 'exec' ? 'run commands inside' : act} a ${service.kind}.`,
      { capability: capabilityOf[act] },
    )
  }
  if (serviceAllows[service.state].includes(act)) return
  throw new Failure('STATE_CONFLICT', `${service.name} is ${service.state}, which does not allow ${act}.`, {
    state: service.state,
    allowed: serviceAllows[service.state],
  })
}

export interface Acted {
  readonly before: Service
  /** As the mirror shows it now; null when it is gone. */
  readonly after: Service | null
}

/**
 * Checks, acts, and waits for the mirror to show it. Nothing to do (already so) is a refusal by the state table. Throws what the
 * target says.
 */
export async function perform(
  registry: Registry,
  id: string,
  act: BulkAct | 'rename',
  options: ActOptions,
  signal: AbortSignal,
): Promise<Acted> {
  const { connection, nativeId, service } = registry.reach(id)
  requireActable(service, act, connection)
  const way = ways[act]
  await way.run(connection, nativeId, options)
  const after = await registry.whenService(
    id,
    (row) =>
      row === null || ((row.changedAt !== service.changedAt || row.state !== service.state) && way.shows(row, options)),
    mirrorMs,
    signal,
  )
  return { before: service, after }
}
