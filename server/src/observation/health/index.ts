import { Failure, type health, type HealthCheck, type HealthCheckSpec, type Service } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import { requireExec } from '../../workloads/services/index.ts'
import { Checker, type CheckerParts, worstHealth } from './checker.ts'
import { HistoryReader } from './history/reader.ts'
import { Recorder } from './history/recorder.ts'
import { openHistoryStore } from './history/store.ts'
import { overviewOf } from './overview.ts'
import { shownSpec, refuseCredentials } from './shown-spec.ts'
import { createHealthStore } from './store.ts'
import { uptimeOf } from './uptime.ts'

export type { CheckMetric } from './checker.ts'
export { ResponseTimes } from './history/response-times.ts'

export interface Health {
  readonly handlers: Handlers<typeof health>
  /** What the checks of a service say that is wrong; null where they say nothing. */
  why(serviceId: string): string | null
  /** Of days and hours that are over: read anew from the database when they are asked for. */
  readonly cache: {
    readonly name: string
    readonly summary: string
    weigh(): Promise<{ bytes: null; entries: number }>
    clear(): Promise<void>
  }
  start(): Promise<void>
  close(): Promise<void>
}

export function createHealth(parts: Omit<CheckerParts, 'store'> & { readonly database: Database }): Health {
  const { registry, log } = parts
  const kept = openHistoryStore(parts.database)
  const recorder: Recorder = new Recorder({ store: kept, log, why: (serviceId) => checker.why(serviceId) })
  const reader = new HistoryReader(kept, recorder)
  const checker = new Checker({ ...parts, recorder, store: createHealthStore(parts.database) })
  let leave = (): void => undefined

  const one = (id: string): Service => {
    const service = registry.service(id)
    if (!service) throw new Failure('NOT_FOUND', `There is no service "${id}".`, { kind: 'service', id })
    return service
  }
  const shown = (service: Service) => {
    const checks: HealthCheck[] = checker
      .watches(service.id)
      .map((watch) => ({ ...watch.shown(), spec: shownSpec(watch.parts.spec) }))
    const own = worstHealth(checks.map((check) => check.state))
    return {
      serviceId: service.id,
      state: checks.length > 0 ? worstHealth([own, service.health]) : service.health,
      checks,
    }
  }
  /** A command check is an exec that repeats, and one that signs in hands a variable of the service to a host: both need no less. */
  const reachesInside = (check: HealthCheckSpec): boolean =>
    check.kind === 'command' || ('passwordVariable' in check && check.passwordVariable !== null)
  function requireMayReachInside(caller: Caller, id: string): Promise<void> {
    const { connection, nativeId, service } = registry.reach(id)
    return requireExec(caller, service, connection, nativeId)
  }

  return {
    why: (serviceId) => checker.why(serviceId),
    cache: {
      name: 'uptime',
      summary: 'Hours and days of uptime that were read from the database',
      weigh: async () => ({ bytes: null, entries: reader.remembered() }),
      clear: async () => reader.forget(),
    },
    async start() {
      await recorder.start()
      // Tasks of a Swarm come and go under names of their own: their service stands for them.
      const see = (service: Service): void =>
        service.taskOf === undefined ? recorder.see(service) : recorder.gone(service.id)
      for (const service of registry.services()) see(service)
      leave = registry.onChange((change) => {
        if (change.kind === 'service') see(change.service)
        if (change.kind === 'service-removed') recorder.gone(change.id)
      })
      await checker.start()
    },
    async close() {
      leave()
      await checker.close()
      await recorder.close()
    },
    handlers: {
      list: async ({ id }) => shown(one(id)),
      set: async ({ id, checks }, { caller, audit }) => {
        const service = one(id)
        const names = checks.map((check) => check.name)
        const twice =
          names.find((name, i) => names.indexOf(name) !== i) ??
          names.find((name) => service.checks.some((check) => check.name === name))
        if (twice !== undefined)
          throw new Failure('VALIDATION_FAILED', `checks: there is a check "${twice}" already. Choose another name.`, {
            field: 'checks',
          })
        for (const check of checks) refuseCredentials(check)
        if (checks.some(reachesInside)) await requireMayReachInside(caller, id)
        const before = checker.watches(id).filter((watch) => watch.parts.origin === 'set')
        await checker.set(id, checks)
        audit({ resource: `service:${id}`, before: before.map((watch) => watch.parts.spec), after: checks })
        return shown(service)
      },
      run: async ({ id }) => {
        const service = one(id)
        await Promise.all(checker.watches(id).map((watch) => watch.now()))
        return shown(service)
      },
      overview: async (_, { caller }) => overviewOf(checker, registry, caller),
      history: async ({ id, span }) => reader.history(one(id), span ?? '24h'),
      uptime: (input, { caller }) => uptimeOf(reader, recorder, registry, input, caller),
    },
  }
}
