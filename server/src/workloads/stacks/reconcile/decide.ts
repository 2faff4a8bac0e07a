import type { Service } from '@wheelhouse/contract'
import { type FoundResource, ownLabels, type ResourceSpec, type WorkloadSpec } from '@wheelhouse/driver'
import { isMadeFrom } from '../compose/labels.ts'
import { lastAsked, type Past } from '../store.ts'
import { differences, resourceDifferences } from './differences.ts'
import { levels, type Rendered, type Workload } from '../rendered.ts'

/** What there is on the target. */
export interface Present {
  readonly services: readonly Service[]
  readonly resources: readonly FoundResource[]
}
export interface ServiceAction {
  readonly verb: 'create' | 'change' | 'replace' | 'keep'
  readonly workload: Workload
  readonly current: Service | null
  readonly reasons: readonly string[]
  /** The file is as it was, the target is not. */
  readonly drifted: boolean
  /** The service that is made anew, where it is restarted for that alone. */
  readonly restartsAfter?: string
}
export interface Decision {
  /** In the order they are done. */
  readonly services: readonly ServiceAction[]
  readonly resources: readonly {
    readonly verb: 'create' | 'keep'
    readonly spec: ResourceSpec
    readonly differs: readonly string[]
    /** The other stack that made it; null where it is ours, nobody's, or not there. */
    readonly owner: string | null
  }[]
  readonly removedServices: readonly Service[]
  readonly removedNetworks: readonly FoundResource[]
  readonly keptVolumes: readonly FoundResource[]
  /** Services that carry the stack's name but were not started from here: left alone. */
  readonly foreign: readonly Service[]
  /** Services of others that hold a name the stack wants. */
  readonly clashes: readonly Service[]
}

const isDown: ReadonlySet<string> = new Set(['stopped', 'failed'])

/**
 * What has to happen for the target to be as the file says. What is in `past` tells why.
 */
export function decide(desired: Rendered, past: Past, present: Present): Decision {
  const byName = new Map(present.services.map((service) => [service.name, service]))
  const ofStack = present.services.filter((service) => service.stack === desired.name)
  const once = new Set(
    desired.workloads.flatMap(({ dependsOn }) =>
      dependsOn.filter((one) => one.condition === 'completed').map((one) => one.service),
    ),
  )
  const renewed = new Set<string>()
  const replaced = new Set<string>()
  const services = levels(desired.workloads)
    .flat()
    .map((workload): ServiceAction => {
      const found = byName.get(workload.spec.name)
      const current = found?.stack === desired.name ? found : null
      const action: ServiceAction = {
        workload,
        current,
        ...judge(workload, current, past, once.has(workload.spec.service), renewed),
      }
      if (action.verb === 'replace' || action.verb === 'create') renewed.add(workload.spec.name)
      if (action.verb === 'replace') replaced.add(workload.spec.service)
      const after = workload.dependsOn.find((one) => one.restart && replaced.has(one.service))?.service
      return action.verb === 'keep' && after !== undefined && current?.state === 'running'
        ? { ...action, verb: 'change', reasons: [`restart: ${after} is made anew`], restartsAfter: after }
        : action
    })
  const names = new Set(desired.workloads.map((workload) => workload.spec.name))
  const adopted = new Set(lastAsked(past)?.workloads.flatMap((workload) => workload.adopted ?? []))
  const isOurs = ({ id, labels }: Service): boolean => labels[ownLabels.digest] !== undefined || adopted.has(id)
  const others = ofStack.filter((service) => !names.has(service.name))
  const wanted = new Map(desired.resources.map((spec) => [`${spec.kind} ${spec.name}`, spec]))
  const loose = present.resources.filter(
    (found) => found.stack === desired.name && !wanted.has(`${found.kind} ${found.name}`),
  )
  return {
    services,
    resources: desired.resources.map((spec) => {
      const found = present.resources.find((one) => one.kind === spec.kind && one.name === spec.name)
      const before = past.applied?.resources.find((one) => one.kind === spec.kind && one.name === spec.name)
      return {
        verb: found ? 'keep' : 'create',
        spec,
        differs: found && before ? resourceDifferences(before, spec) : [],
        owner: found && found.stack !== desired.name ? found.stack : null,
      }
    }),
    removedServices: others.filter(isOurs),
    removedNetworks: loose.filter((found) => found.kind === 'network'),
    keptVolumes: loose.filter((found) => found.kind === 'volume'),
    foreign: others.filter((service) => !isOurs(service)),
    clashes: desired.workloads.flatMap(({ spec }) => {
      const found = byName.get(spec.name)
      return found && found.stack !== desired.name ? [found] : []
    }),
  }
}

function judge(
  { spec, adopted }: Workload,
  current: Service | null,
  past: Past,
  runsOnce: boolean,
  renewed: ReadonlySet<string>,
): Pick<ServiceAction, 'verb' | 'reasons' | 'drifted'> {
  const named = (workload: Workload): boolean => workload.spec.name === spec.name
  const last = past.applied?.workloads.find(named)?.spec
  const taken = lastAsked(past)?.workloads.find(named)
  const unchanged = last?.digest === spec.digest
  if (!current) {
    return last
      ? { verb: 'create', reasons: ['it is gone from the target'], drifted: unchanged }
      : { verb: 'create', reasons: [], drifted: false }
  }
  const running =
    current.labels[ownLabels.digest] ??
    // Compose may have made it from this very service: then it stays as it is, and runs on.
    (adopted === current.id || isMadeFrom(current, spec) ? spec.digest : undefined) ??
    (taken?.adopted === current.id ? taken.spec.digest : undefined)
  if (running !== spec.digest) {
    const known = past.all.flatMap((one) => one.workloads).find((workload) => workload.spec.digest === running)?.spec
    const reasons = known
      ? differences(known, spec)
      : [running === undefined ? 'it was not started from here' : 'it differs from what was applied from here']
    return { verb: 'replace', reasons, drifted: unchanged }
  }
  const shared = spec.kind === 'container' ? [spec.networkMode, spec.pidMode, spec.ipcMode] : []
  const neighbour = shared
    .map((mode) => /^container:(.*)$/.exec(mode ?? '')?.[1])
    .find((name) => name !== undefined && renewed.has(name))
  if (neighbour !== undefined)
    return { verb: 'replace', reasons: [`it shares a namespace of ${neighbour}, which is new`], drifted: false }
  if (current.state === 'paused') return { verb: 'change', reasons: ['resume'], drifted: true }
  if (runsOnce && current.state === 'stopped' && current.exitCode === 0)
    return { verb: 'keep', reasons: [], drifted: false }
  if (isDown.has(current.state)) return { verb: 'change', reasons: ['start'], drifted: true }
  return { verb: 'keep', reasons: [], drifted: false }
}

/** The spec a running service was made from, where it is known. */
export function specOf(service: Service, past: Past): WorkloadSpec | null {
  const digest = service.labels[ownLabels.digest]
  if (digest === undefined) return null
  return past.all.flatMap((one) => one.workloads).find((workload) => workload.spec.digest === digest)?.spec ?? null
}
