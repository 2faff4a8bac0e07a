import { Failure, type Service, type Strategy } from '@wheelhouse/contract'
import { taggedImage, type WorkloadSpec } from '@wheelhouse/driver'
import type { Placement } from '../../releases/index.ts'
import { differences, levels, specWords, type Workload } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { besideName, digestLabel, isUp } from '../steps/instances.ts'

/** How one service gets from what runs to what the release says. */
export interface Change {
  readonly targetId: string
  readonly workload: Workload
  /** What serves under its name; null where nothing does. */
  readonly current: Service | null
  /**
   * `keep`: it is as the release says. `beside`: the new starts next to the old. `in-place`: the old stops first, because both cannot
   * run at once or because the strategy says so. `update`: a Swarm brings it there by its own update, task by task.
   */
  readonly mode: 'keep' | 'beside' | 'in-place' | 'update'
  readonly strategy: Strategy
  readonly reasons: readonly string[]
  /** Why it cannot be beside, where the strategy would have it so. */
  readonly hindrance: string | null
}

/** What stands in the way of two instances at once; null for nothing. */
export function hindrance(workload: Workload): string | null {
  const { spec } = workload
  const exposed = workload.deploy?.expose ?? null
  if (spec.kind === 'process') {
    if (exposed !== null || spec.ports.length === 0) return null
    return `it listens on port ${spec.ports[0]} itself; with expose it would be switched without a gap`
  }
  // A Swarm sees to both sides of a change by itself.
  if (spec.kind === 'swarm-service') return null
  const fixed = spec.ports.find((port) => port.hostPort !== null)
  if (fixed) return `it publishes port ${fixed.hostPort} itself; with expose it would be switched without a gap`
  if (spec.networkMode === 'host') return 'it uses the network of the host'
  if (spec.networks.some((network) => network.ipv4 !== null)) return 'it has a fixed address'
  const data = spec.mounts.find((mount) => mount.type === 'volume' && !mount.readOnly)
  if (data && workload.deploy?.strategy == null)
    return `it writes to the volume ${data.source ?? data.destination}, which two must not do at once`
  return null
}

function differencesOf(before: WorkloadSpec, after: WorkloadSpec): string[] {
  if (before.kind !== 'swarm-service' || after.kind !== 'swarm-service') return differences(before, after)
  const words = specWords(before.native, after.native)
  const [was, is] = [taggedImage(before.image), taggedImage(after.image)]
  return was === is && before.image !== after.image ? [`${is} is another image by now`, ...words] : words
}

export interface ChangeInput {
  readonly placements: readonly Placement[]
  readonly strategy: Strategy
  readonly release: number
  /** The spec a running service was made from, where it is known: to say what differs. */
  before(targetId: string, name: string): Workload | null
}

/** Every service of a release, in the order in which they start. Throws Failure CONFLICT when a name is taken by another stack. */
export function changesOf(room: Pick<DeployRoom, 'targets'>, input: ChangeInput): Change[] {
  return input.placements.flatMap(({ targetId, rendered }) => {
    const present = room.targets.services(targetId)
    return levels(rendered.workloads)
      .flat()
      .map((workload): Change => {
        const { spec } = workload
        const found = present.find((service) => service.name === spec.name) ?? null
        if (found && found.stack !== rendered.name)
          throw new Failure(
            'CONFLICT',
            `The name ${spec.name} is taken by a service of ${found.stack === null ? 'no stack' : `the stack ${found.stack}`}. Rename one of them.`,
          )
        const strategy = workload.deploy?.strategy ?? input.strategy
        const shared = { targetId, workload, current: found, strategy }
        if (found && isUp(found) && found.state !== 'paused' && digestLabel(found) === spec.digest)
          return { ...shared, mode: 'keep', reasons: [], hindrance: null }
        const old = input.before(targetId, spec.name)
        const reasons =
          found === null
            ? []
            : digestLabel(found) === spec.digest
              ? [`it is ${found.state}`]
              : old === null
                ? ['it was not deployed from here']
                : differencesOf(old.spec, spec)
        if (spec.kind === 'swarm-service') return { ...shared, mode: 'update', reasons, hindrance: null }
        const expose = workload.deploy?.expose ?? null
        const holds = expose !== null && (found?.ports.some(({ hostPort }) => hostPort === expose.port) ?? false)
        const hinders =
          hindrance(workload) ?? (holds ? `it holds port ${expose.port} itself until now, this one time` : null)
        const inPlace = strategy === 'recreate' || hinders !== null
        return {
          ...shared,
          mode: inPlace ? 'in-place' : 'beside',
          reasons,
          hindrance: strategy === 'recreate' ? null : hinders,
        }
      })
  })
}

/** What of a release is made anew, and has whoever depends on it with `restart: true` restarted. */
export const restartsAfter = (change: Change, changes: readonly Change[]): Change[] => {
  const needs = new Set(change.workload.dependsOn.flatMap(({ service, restart }) => (restart ? [service] : [])))
  if (change.mode === 'update' || needs.size === 0) return []
  return changes.filter(
    ({ targetId, workload, mode, current }) =>
      targetId === change.targetId &&
      needs.has(workload.spec.service) &&
      (mode === 'beside' || mode === 'in-place') &&
      current !== null,
  )
}

/** Services of the stack that the release has no more, and that were made here. */
export function removedFrom(room: Pick<DeployRoom, 'targets'>, placements: readonly Placement[]): Service[] {
  return placements.flatMap(({ targetId, rendered }) => {
    const names = new Set(rendered.workloads.map(({ spec }) => spec.name))
    return room.targets
      .services(targetId)
      .filter(
        (service) =>
          service.stack === rendered.name &&
          digestLabel(service) !== null &&
          !names.has(service.name) &&
          !names.has(service.name.replace(/\.r\d+$/, '')),
      )
  })
}

/** Name of the new one until it has taken over. */
export const candidateName = (change: Change, release: number): string => besideName(change.workload.spec.name, release)

export const routeIdOf = (stack: string, environment: string, service: string, targetId: string): string =>
  `${stack}/${environment}/${service}@${targetId}`

/** One route leads to the instances of a service on all of its targets; it is called by the first of them. */
export function routeOf(
  { stack, environment }: { readonly stack: string; readonly environment: string },
  service: string,
  all: readonly Pick<Change, 'targetId' | 'workload'>[],
): string {
  const first = all.find(({ workload }) => workload.spec.service === service)
  return routeIdOf(stack, environment, service, first?.targetId ?? '')
}
