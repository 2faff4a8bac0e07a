import type { CheckSummary, health, OutputOf, Service } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Checker } from './checker.ts'
import { subjectOf } from './shown-spec.ts'
import type { Watch } from './watch.ts'

type Overview = OutputOf<typeof health.overview>

const summaryOf = ({ parts: { spec }, state, last }: Watch): CheckSummary => ({
  name: spec.name,
  kind: spec.kind,
  subject: subjectOf(spec),
  state,
  responseTimeMs: last?.tookMs ?? null,
  message: last?.message ?? null,
  queue: last?.queue ?? null,
  checkedAt: last?.at ?? null,
})

/** Every service that has a check, of ours or of its engine, as far as the caller may see. */
export function overviewOf(checker: Checker, registry: Registry, caller: Caller): Overview {
  const checked = new Map(checker.all().map((entry) => [entry.serviceId, entry]))
  const items: Overview['items'] = []
  for (const service of registry.services()) {
    const entry = checked.get(service.id)
    const byEngine = !entry && service.health !== 'none' && service.taskOf === undefined
    if (!entry && !byEngine) continue
    if (!callerMay(caller, 'health.read', { targetId: service.targetId, serviceId: service.id })) continue
    items.push(entry ? ofChecks(service, entry) : ofEngine(service))
  }
  const count = (state: string): number => items.filter((item) => item.state === state).length
  return { healthy: count('healthy'), unhealthy: count('unhealthy'), starting: count('starting'), items }
}

function ofChecks(service: Service, { state, watches }: ReturnType<Checker['all']>[number]): Overview['items'][number] {
  const worst = watches.find((watch) => watch.state === state) ?? watches[0]
  const last = worst?.last ?? null
  return {
    serviceId: service.id,
    name: service.name,
    state,
    responseTimeMs: last?.tookMs ?? null,
    message: last?.message ?? null,
    checkedAt: last?.at ?? null,
    checks: watches.map(summaryOf),
  }
}

const ofEngine = ({ id, name, health, reason, observedAt }: Service): Overview['items'][number] => ({
  serviceId: id,
  name,
  state: health,
  responseTimeMs: null,
  message: health === 'unhealthy' ? reason : null,
  checkedAt: observedAt,
  checks: [],
})
