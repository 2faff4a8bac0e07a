import type { Service } from '@wheelhouse/contract'
import type { SwarmServiceSpec } from '@wheelhouse/driver'
import type { UpstreamStats } from '@wheelhouse/proxies/proxy'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Workload } from '../../stacks/index.ts'
import { type Change, routeOf } from '../plan/changes.ts'
import { CheckFailed } from '../saga/interruptions.ts'
import type { Run } from '../saga/run.ts'
import { isUp } from '../steps/instances.ts'
import { proxyOf } from '../steps/routes.ts'
import { runChanges } from './changes.ts'
import { instanceOf, runsOnce } from './instances.ts'

const usualMs = 15_000
const lookMs = 500
const usualErrorRate = 0.05
const leastRequests = 20

/** Looks on for a while after the switch: health, restarts and the share of failed requests must not get worse. */
export async function watch(run: Run): Promise<string> {
  const { manifest } = await run.project()
  const changes = await runChanges(run)
  const forMs = manifest?.pipeline?.watch?.for ?? usualMs
  if (forMs === 0) return 'not watched'
  const begun = run.deployment.stages.find((stage) => stage.name === 'watch')?.startedAt
  // A run that was cut off has been watched for a part of the time already.
  const left = Math.max(lookMs, forMs - (begun === undefined || begun === null ? 0 : Date.now() - Date.parse(begun)))
  await watchFor(run, changes, left, 'after the switch')
  return `nothing got worse in ${Math.round(forMs / 1000)} s`
}

const isJob = ({ native: { Mode: mode } }: SwarmServiceSpec): boolean => Boolean(mode?.ReplicatedJob ?? mode?.GlobalJob)

interface Looked {
  readonly label: string
  readonly serviceId: string
  readonly restarts: number
  readonly mayEnd: boolean
}

/**
 * Whether a service may have done its work. One that takes requests or is checked may not, though its stack file says nothing of
 * restarts: that is how most Compose files have it.
 */
export function mayEndWell({ spec, deploy }: Workload, service: Service | null): boolean {
  if (spec.kind === 'swarm-service') return isJob(spec)
  const endless = spec.restart.policy === 'always' || spec.restart.policy === 'unless-stopped'
  const serves = (deploy?.expose ?? null) !== null || spec.checks.length > 0 || (service?.health ?? 'none') !== 'none'
  return !endless && !serves
}

export async function watchFor(run: Run, changes: readonly Change[], forMs: number, when: string): Promise<void> {
  const { manifest } = await run.project()
  const rules = manifest?.pipeline?.watch
  const once = runsOnce(changes)
  const row = (serviceId: string): Service | null => {
    const targetId = serviceId.slice(0, serviceId.indexOf(':'))
    return run.room.targets.services(targetId).find((service) => service.id === serviceId) ?? null
  }
  const looked = changes.flatMap((change): Looked[] => {
    const instance = instanceOf(run, change)
    const { spec } = change.workload
    if (instance === null) return []
    const { serviceId } = instance
    const found = row(serviceId)
    const mayEnd = mayEndWell(change.workload, found) || once.has(spec.service)
    return [{ label: spec.name, serviceId, restarts: found?.restarts ?? 0, mayEnd }]
  })
  const until = await requestsBefore(run, changes)
  const end = Date.now() + forMs
  for (;;) {
    for (const { label, serviceId, restarts, mayEnd } of looked) {
      const service = row(serviceId)
      // A target that is not heard tells nothing: what is not known is not worse.
      if (service?.stale) continue
      const of = [{ name: label, serviceId }]
      if (service === null)
        throw new CheckFailed(`${label} is gone ${when}.`, 'watch', `${label} is not there any more`, of)
      const more = service.restarts - restarts
      if (more > (rules?.max_restarts ?? 0))
        throw new CheckFailed(
          `${label} restarted ${more} times ${when}.`,
          'restarts',
          service.reason ?? `${more} restarts`,
          of,
        )
      if (service.health === 'unhealthy')
        throw new CheckFailed(`${label} became unhealthy ${when}.`, 'health', service.reason ?? 'unhealthy', of)
      // Tasks of a Swarm that do not start are told by nothing else: the engine counts those only that had run.
      const lacksTasks = service.kind === 'swarm-service' && service.state === 'degraded' && more <= 0
      const ended = mayEnd && service.state === 'stopped' && (service.exitCode ?? 0) === 0
      if (lacksTasks || (!isUp(service) && !ended))
        throw new CheckFailed(
          `${label} is ${service.state} ${when}.`,
          'state',
          service.reason ?? service.nativeState,
          of,
        )
    }
    await lookAtRequests(run, changes, until, when)
    if (Date.now() >= end) return
    await sleep(Math.min(lookMs, Math.max(1, end - Date.now())), undefined, { signal: run.signal })
  }
}

type Counted = Pick<UpstreamStats, 'requests' | 'errors'>

/** What the proxy has counted of one that takes requests; null where it counts none. */
async function countedOf(
  run: Run,
  changes: readonly Change[],
  change: Change,
): Promise<(Counted & { readonly serviceId: string }) | null> {
  const expose = change.workload.deploy?.expose ?? null
  const instance = instanceOf(run, change)
  if (expose === null || instance === null) return null
  const proxy = proxyOf(run.room, expose.proxy)
  if (!proxy.features.has('stats')) return null
  const id = routeOf(run.deployment, change.workload.spec.service, changes)
  const found = (await proxy.stats(id)).find((one) => one.id === instance.serviceId)
  return found ? { requests: found.requests, errors: found.errors, serviceId: instance.serviceId } : null
}

/** Of those that are kept, what failed before this run is no word on it. */
async function requestsBefore(run: Run, changes: readonly Change[]): Promise<ReadonlyMap<string, Counted>> {
  const before = new Map<string, Counted>()
  for (const change of changes) {
    const counted = change.mode === 'keep' ? await countedOf(run, changes, change) : null
    if (counted !== null) before.set(counted.serviceId, counted)
  }
  return before
}

/** Failed requests beside all: of the new since they are there, of those that are kept since the watch began. */
async function lookAtRequests(
  run: Run,
  changes: readonly Change[],
  until: ReadonlyMap<string, Counted>,
  when: string,
): Promise<void> {
  const { manifest } = await run.project()
  const most = manifest?.pipeline?.watch?.max_error_rate ?? usualErrorRate
  const least = manifest?.pipeline?.watch?.least_requests ?? leastRequests
  for (const change of changes) {
    const now = await countedOf(run, changes, change)
    if (now === null) continue
    const known = until.get(now.serviceId)
    // A proxy that was started anew counts from nothing.
    const before = known === undefined || known.requests > now.requests ? { requests: 0, errors: 0 } : known
    const requests = now.requests - before.requests
    const errors = now.errors - before.errors
    if (requests < least || errors / requests <= most) continue
    const { name } = change.workload.spec
    throw new CheckFailed(
      `${Math.round((errors / requests) * 100)} % of the requests to ${name} failed ${when}.`,
      'error rate',
      `${errors} of ${requests} requests failed; ${Math.round(most * 100)} % are let pass`,
      [{ name, serviceId: now.serviceId }],
    )
  }
}
