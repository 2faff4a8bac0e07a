import type { Strategy } from '@wheelhouse/contract'
import type { ServiceSpec, SwarmServiceSpec } from '@wheelhouse/driver'
import type { Rendered, Workload } from '../../stacks/index.ts'

const isHostPort = ({ EndpointSpec: endpoint }: ServiceSpec): boolean =>
  (endpoint?.Ports ?? []).some(({ PublishMode, PublishedPort }) => PublishMode === 'host' && PublishedPort)

/** Two tasks of it may stand on one node for a moment. */
function mayOverlap({ native }: SwarmServiceSpec): boolean {
  const { Mode: mode, TaskTemplate: template } = native
  if (!mode?.Replicated || isHostPort(native)) return false
  const mounts = template.ContainerSpec?.Mounts ?? []
  return mounts.every(({ Type: type, ReadOnly: readOnly }) => type === 'tmpfs' || readOnly === true)
}

/** The update policy that a strategy means: what the Compose file says of it counts, but for recreate. */
function updateOf(spec: SwarmServiceSpec, strategy: Strategy): ServiceSpec['UpdateConfig'] {
  const { UpdateConfig: written } = spec.native
  if (strategy === 'recreate') return { ...written, Parallelism: 0, Order: 'stop-first' }
  if (written?.Order) return written
  return { ...(written ?? { Parallelism: 1 }), Order: mayOverlap(spec) ? 'start-first' : 'stop-first' }
}

/** A stack for a Swarm as a strategy has it updated. With recreate all old tasks end before the new start, whatever the file says. */
export function byStrategy(rendered: Rendered, strategy: Strategy): Rendered {
  const workloads = rendered.workloads.map((workload): Workload => {
    const { spec, deploy } = workload
    if (spec.kind !== 'swarm-service') return workload
    const native = { ...spec.native, UpdateConfig: updateOf(spec, deploy?.strategy ?? strategy) }
    return { ...workload, spec: { ...spec, native } }
  })
  return { ...rendered, workloads }
}

/** With images by the digest that their tags have now, so that the release runs the very same whenever it is brought. */
export function withImages(rendered: Rendered, pinned: ReadonlyMap<string, string>): Rendered {
  const workloads = rendered.workloads.map((workload): Workload => {
    const { spec } = workload
    const image = spec.kind === 'swarm-service' ? pinned.get(spec.image) : undefined
    if (spec.kind !== 'swarm-service' || image === undefined) return workload
    const { TaskTemplate: template } = spec.native
    const ContainerSpec = { ...template.ContainerSpec, Image: image }
    const native = { ...spec.native, TaskTemplate: { ...template, ContainerSpec } }
    // A tag may have come to mean something else: its digest is what counts.
    return { ...workload, spec: { ...spec, image, pull: 'always', native } }
  })
  return { ...rendered, workloads }
}
