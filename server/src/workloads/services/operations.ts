import { createHash } from 'node:crypto'
import {
  Failure,
  type Capability,
  type Plan,
  type Service,
  type ServiceAct,
  serviceAllows,
  type services,
} from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import { type Caller, type CallContext, callerMay, type Handlers, paged } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { listServices } from './listing.ts'
import { requireExec, requireInside } from './exec-leave.ts'
import { runCommand } from './run-command.ts'
import { maskEnvironment, maskNative, secretTexts } from './secret-environment.ts'

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

function allowed(service: Service, act: ServiceAct, connection: Connection): void {
  if (!connection.capabilities.has(capabilityOf[act])) {
    throw new Failure(
      'CAPABILITY_MISSING',
      `${service.targetName} cannot ${act === 'exec' ? 'run commands inside' : act} a ${service.kind}.`,
      {
        capability: capabilityOf[act],
      },
    )
  }
  if (serviceAllows[service.state].includes(act)) return
  throw new Failure('STATE_CONFLICT', `${service.name} is ${service.state}, which does not allow ${act}.`, {
    state: service.state,
    allowed: serviceAllows[service.state],
  })
}

function removal(service: Service, volumes: boolean): Plan {
  const reasons =
    service.state === 'stopped' ? ['its log goes with it'] : ['it is stopped first', 'its log goes with it']
  const digest = createHash('sha256')
    .update(`${service.id} ${service.state} ${volumes}`)
    .digest('base64url')
    .slice(0, 16)
  return {
    summary: `Remove ${service.name} from ${service.targetName}.`,
    steps: [{ verb: 'remove', kind: 'service', name: service.name, reasons }],
    counts: { remove: 1 },
    warnings: service.stack
      ? [`It belongs to the stack ${service.stack}, which misses it then. Applying the stack again makes it anew.`]
      : [],
    kept:
      service.kind === 'container'
        ? [volumes ? 'named volumes' : 'all volumes', 'its image']
        : ['its files and folders'],
    digest,
  }
}

/** What starts anew is judged anew: throws POLICY_REFUSED where the policy forbids what a service asks of its hosts. */
export type Judge = (service: Service, caller: Caller) => Promise<unknown>

export function serviceHandlers(registry: Registry, judge: Judge): Handlers<typeof services> {
  const one = (id: string): Service => {
    const service = registry.service(id)
    if (!service) throw new Failure('NOT_FOUND', `There is no service "${id}".`, { kind: 'service', id })
    return service
  }

  /** Checks, acts, and waits for the mirror to show it. Nothing to do (already so) is a refusal by the state table. */
  async function act(
    id: string,
    name: ServiceAct,
    context: CallContext,
    run: (connection: Connection, nativeId: string) => Promise<void>,
    shows: (service: Service) => boolean,
  ): Promise<Service> {
    const { connection, nativeId, service } = registry.reach(id)
    allowed(service, name, connection)
    if (name === 'start' || name === 'restart') await judge(service, context.caller)
    await run(connection, nativeId)
    const after = await registry.whenService(
      id,
      (row) =>
        row === null ||
        (row.changedAt !== service.changedAt && shows(row)) ||
        (row.state !== service.state && shows(row)),
      mirrorMs,
      context.signal,
    )
    context.audit({
      resource: `service:${id}`,
      before: { name: service.name, state: service.state },
      after: after ? { name: after.name, state: after.state } : null,
    })
    return after ?? service
  }
  const up = (service: Service): boolean => service.state !== 'stopped' && service.state !== 'paused'
  const down = (service: Service): boolean => service.state === 'stopped' || service.state === 'failed'
  const stopping = (timeoutMs: number | undefined): { timeoutMs?: number } =>
    timeoutMs === undefined ? {} : { timeoutMs }

  return {
    list: async (input, { caller }) => {
      const { rows, states } = listServices(registry.services(), input, (place) =>
        callerMay(caller, 'services.read', place),
      )
      return { ...paged(rows, input), states }
    },
    get: async ({ id }) => one(id),
    inspect: async ({ id }) => {
      const { connection, nativeId } = registry.reach(id)
      const { native, environment } = await connection.inspect(nativeId)
      return {
        native: maskNative(native, secretTexts(environment)) as Record<string, unknown>,
        environment: maskEnvironment(environment),
      }
    },
    start: ({ id }, context) => act(id, 'start', context, (c, n) => c.start(n), up),
    stop: ({ id, timeoutMs }, context) => act(id, 'stop', context, (c, n) => c.stop(n, stopping(timeoutMs)), down),
    restart: ({ id, timeoutMs }, context) =>
      act(id, 'restart', context, (c, n) => c.restart(n, stopping(timeoutMs)), up),
    pause: ({ id }, context) =>
      act(
        id,
        'pause',
        context,
        (c, n) => c.pause(n),
        (s) => s.state === 'paused',
      ),
    resume: ({ id }, context) =>
      act(
        id,
        'resume',
        context,
        (c, n) => c.resume(n),
        (s) => s.state !== 'paused',
      ),
    kill: ({ id, signal }, context) => {
      const name = `SIG${(signal ?? 'KILL').replace(/^SIG/, '')}`
      // A signal need not end it (HUP reloads), so no state is awaited for those.
      const ends = name === 'SIGKILL' || name === 'SIGTERM'
      return act(
        id,
        'kill',
        context,
        (c, n) => c.kill(n, name),
        (s) => !ends || s.state !== 'running',
      )
    },
    rename: ({ id, name }, context) =>
      act(
        id,
        'rename',
        context,
        (c, n) => c.rename(n, name),
        (s) => s.name === name,
      ),
    remove: {
      plan: async ({ id, volumes }) => removal(one(id), volumes ?? false),
      run: async ({ id, volumes }, context) => {
        const { connection, nativeId, service } = registry.reach(id)
        allowed(service, 'remove', connection)
        await connection.remove(nativeId, { force: true, volumes: volumes ?? false })
        await registry.whenService(id, (row) => row === null, mirrorMs, context.signal)
        context.audit({
          resource: `service:${id}`,
          before: { name: service.name, state: service.state, image: service.image },
        })
        return { ok: true }
      },
    },
    exec: async (input, context) => {
      const { connection, nativeId, service } = registry.reach(input.id)
      requireInside(registry, service, connection)
      allowed(service, 'exec', connection)
      await requireExec(context.caller, service, connection, nativeId)
      const result = await runCommand(connection, nativeId, input, context.signal)
      context.audit({ resource: `service:${service.id}`, after: { argv: input.argv, exitCode: result.exitCode } })
      return result
    },
  }
}
