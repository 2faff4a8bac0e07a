import type { AlertAct, AlertEvidence, Service } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../../dispatch/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { AlertRecord } from '../incidents/store.ts'

const mostServices = 5
const recentMs = 86_400_000
const restartable = new Set<Service['state']>(['running', 'degraded', 'failed', 'stopped', 'paused'])

/** What may mend it, as operations that the caller may call. Nothing is done by itself. */
export function actsFor(
  alert: AlertRecord,
  children: readonly AlertRecord[],
  evidence: AlertEvidence | null,
  registry: Registry,
  caller: Caller,
): AlertAct[] {
  if (alert.openKey === null || alert.cause === 'target') return []
  const ids = [
    ...new Set(
      [alert, ...children].flatMap(({ serviceId, openKey }) =>
        serviceId === null || openKey === null ? [] : [serviceId],
      ),
    ),
  ]
  const services = ids.flatMap((id) => registry.service(id) ?? []).slice(0, mostServices)
  return [
    ...services.flatMap((service) => restart(service, registry, caller)),
    ...rollback(alert, evidence, caller),
    ...services.flatMap((service) => swarmActs(service, alert, evidence, caller)),
  ]
}

function restart(service: Service, registry: Registry, caller: Caller): AlertAct[] {
  const { id, name, targetId, stale, state, reason } = service
  if (stale || !restartable.has(state)) return []
  if (!callerMay(caller, 'services.operate', { targetId, serviceId: id })) return []
  if (!registry.mirror(targetId).target().capabilities.includes('restart')) return []
  const why =
    state === 'failed' ? (reason ?? 'It does not run.') : 'A new start is often enough for what hangs or has grown.'
  return [{ operation: 'services.restart', input: { id }, label: `Restart ${name}`, reason: why }]
}

function rollback({ stack, firedAt }: AlertRecord, evidence: AlertEvidence | null, caller: Caller): AlertAct[] {
  const last = evidence?.deployment ?? null
  if (stack === null || last === null || firedAt - Date.parse(last.at) > recentMs) return []
  // Only runs keep the release before; applies of a stack file have revisions.
  if (!/^[0-9a-f-]{36}$/.test(last.id) || !last.title.includes('run ') || !callerMay(caller, 'deployments.run'))
    return []
  return [
    {
      operation: 'deployments.rollback',
      input: { stack, reason: 'An alert fired after it was deployed' },
      label: `Roll ${stack} back`,
      reason: `It was deployed (${last.state}) shortly before this began.`,
    },
  ]
}

function swarmActs(service: Service, alert: AlertRecord, evidence: AlertEvidence | null, caller: Caller): AlertAct[] {
  if (service.kind !== 'swarm-service' || service.stale) return []
  if (!callerMay(caller, 'services.operate', { targetId: service.targetId, serviceId: service.id })) return []
  const tasks = Number(/(\d+)\s*\/\s*(\d+)/.exec(service.nativeState)?.[2] ?? Number.NaN)
  const acts: AlertAct[] = []
  if (evidence?.chart && Number.isInteger(tasks) && tasks > 0)
    acts.push({
      operation: 'swarmServices.scale',
      input: { id: service.id, replicas: tasks + 1 },
      label: `Scale ${service.name} to ${tasks + 1}`,
      reason: `It has ${tasks} ${tasks === 1 ? 'task' : 'tasks'} now.`,
    })
  const last = evidence?.deployment ?? null
  if (last !== null && alert.firedAt - Date.parse(last.at) <= recentMs)
    acts.push({
      operation: 'swarmServices.rollback',
      input: { id: service.id },
      label: `Roll ${service.name} back`,
      reason: 'It was changed shortly before this began.',
    })
  return acts
}
