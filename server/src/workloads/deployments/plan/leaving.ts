import type { Service } from '@wheelhouse/contract'
import type { WorkloadSpec } from '@wheelhouse/driver'
import type { Placement } from '../../releases/index.ts'
import type { Workload } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { isUp } from '../steps/instances.ts'
import { type Change, removedFrom } from './changes.ts'

/** A service that the release has no more. */
export interface Leaving {
  readonly service: Service
  /** Why it has to stop before the new ones start, as with one that got another name; null where it may stay until they serve. */
  readonly first: string | null
}

const publishedOf = (spec: WorkloadSpec): readonly number[] => {
  if (spec.kind === 'process') return spec.ports
  if (spec.kind === 'container') return spec.ports.flatMap(({ hostPort }) => hostPort ?? [])
  return (spec.native.EndpointSpec?.Ports ?? []).flatMap(({ PublishedPort: port }) => port || [])
}

const portsOf = ({ spec, deploy }: Workload): number[] => [
  ...publishedOf(spec),
  ...(deploy?.expose == null ? [] : [deploy.expose.port]),
]

const addressesOf = (spec: WorkloadSpec): string[] =>
  spec.kind === 'container' ? spec.networks.flatMap(({ name, ipv4 }) => (ipv4 === null ? [] : [`${name} ${ipv4}`])) : []

/** Where two would be the same data in the same place: a database under another name, not two that share a folder. */
const writesTo = (spec: WorkloadSpec): string[] =>
  spec.kind === 'container'
    ? spec.mounts.flatMap(({ type, source, destination, readOnly }) =>
        type === 'volume' && !readOnly && source !== null ? [`${source} ${destination}`] : [],
      )
    : []

const shared = <T>(one: readonly T[], other: readonly T[]): T | undefined => one.find((each) => other.includes(each))

function conflict(service: Service, old: WorkloadSpec | null, { workload, current }: Change): string | null {
  const { spec } = workload
  const port = shared(
    portsOf(workload),
    service.ports.flatMap(({ hostPort }) => hostPort ?? []),
  )
  if (port !== undefined) return `it holds port ${port}, which ${spec.name} needs`
  if (old === null) return null
  const address = shared(addressesOf(spec), addressesOf(old))
  if (address !== undefined) return `it has the address ${address.split(' ')[1]}, which ${spec.name} needs`
  const volume = current === null ? shared(writesTo(spec), writesTo(old)) : undefined
  return volume === undefined ? null : `it writes to the volume ${volume.split(' ')[0]}, which ${spec.name} takes over`
}

/** What goes because the release has it no more, with what of it stands in the way of the new. */
export function leavingOf(
  room: Pick<DeployRoom, 'targets'>,
  placements: readonly Placement[],
  changes: readonly Change[],
  before: (targetId: string, name: string) => Workload | null,
): Leaving[] {
  return removedFrom(room, placements).map((service) => {
    const old = before(service.targetId, service.name)?.spec ?? null
    const reasons = isUp(service)
      ? changes.flatMap((change) =>
          change.mode === 'keep' || change.targetId !== service.targetId ? [] : (conflict(service, old, change) ?? []),
        )
      : []
    return { service, first: reasons[0] ?? null }
  })
}
