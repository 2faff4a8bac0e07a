import { Failure, type health, type HealthCheck, type Service } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { type Caller, callerMay, type Handlers } from '../../dispatch/index.ts'
import { requireExec } from '../../workloads/services/index.ts'
import { Checker, type CheckerParts, worstHealth } from './checker.ts'
import { createHealthStore } from './store.ts'

export { guardedAddress } from './guard.ts'

export interface Health {
  readonly handlers: Handlers<typeof health>
  start(): Promise<void>
  close(): Promise<void>
}

export function createHealth(parts: Omit<CheckerParts, 'store'> & { readonly database: Database }): Health {
  const { registry } = parts
  const checker = new Checker({ ...parts, store: createHealthStore(parts.database) })

  const one = (id: string): Service => {
    const service = registry.service(id)
    if (!service) throw new Failure('NOT_FOUND', `There is no service "${id}".`, { kind: 'service', id })
    return service
  }
  const shown = (service: Service) => {
    const checks: HealthCheck[] = checker.watches(service.id).map((watch) => watch.shown())
    const own = worstHealth(checks.map((check) => check.state))
    return {
      serviceId: service.id,
      state: checks.length > 0 ? worstHealth([own, service.health]) : service.health,
      checks,
    }
  }
  /** A command check is an exec that repeats: it needs no less. */
  function requireMayCommand(caller: Caller, id: string): Promise<void> {
    const { connection, nativeId, service } = registry.reach(id)
    return requireExec(caller, service, connection, nativeId)
  }

  return {
    start: () => checker.start(),
    close: () => checker.close(),
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
        if (checks.some((check) => check.kind === 'command')) await requireMayCommand(caller, id)
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
      overview: async (_, { caller }) => {
        const items = checker.all().flatMap(({ serviceId, state, watches }) => {
          const service = registry.service(serviceId)
          if (!service || !callerMay(caller, 'health.read', { targetId: service.targetId, serviceId })) return []
          const worst = watches.find((watch) => watch.state === state) ?? watches[0]
          const last = worst?.last ?? null
          return [
            {
              serviceId,
              name: service.name,
              state,
              responseTimeMs: last?.tookMs ?? null,
              message: last?.message ?? null,
              checkedAt: last?.at ?? null,
            },
          ]
        })
        const count = (state: string): number => items.filter((item) => item.state === state).length
        return { healthy: count('healthy'), unhealthy: count('unhealthy'), starting: count('starting'), items }
      },
    },
  }
}
