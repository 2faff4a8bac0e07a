import type { StackFormat, Strategy } from '@wheelhouse/contract'
import type { ResourceSpec, SwarmObjectSpec, WorkloadSpec } from '@wheelhouse/driver'

/** What must hold of a service before those that depend on it start. */
export type Condition = 'started' | 'healthy' | 'completed'
export interface Dependency {
  /** Its name in the stack file. */
  readonly service: string
  readonly condition: Condition
  /** It is restarted when the other was made anew. */
  readonly restart?: boolean
}
/** Where a service is reached while its instances come and go. */
export interface Exposure {
  readonly port: number
  readonly host: string
  readonly protocol: 'http' | 'tcp'
  readonly hostnames: readonly string[]
  readonly proxy: 'switch' | 'caddy' | 'traefik'
  /** Port inside a container; null for a process, which is told its port. */
  readonly containerPort: number | null
}
/** What only a deployment makes use of. */
export interface DeployTraits {
  readonly app: string | null
  readonly expose: Exposure | null
  readonly strategy: Strategy | null
}
export interface Workload {
  readonly spec: WorkloadSpec
  readonly dependsOn: readonly Dependency[]
  readonly deploy?: DeployTraits
  /** Id of the service that was taken over as it ran: it is as the spec says, though none of its labels does. */
  readonly adopted?: string
  /** Variables that the file names without a value, and whose values were taken from what ran before. */
  readonly kept?: readonly string[]
}

/** A stack file turned into what its target is asked for. `digest` of each spec is still empty: `sealDigests` fills it. */
export interface Rendered {
  readonly name: string
  readonly format: StackFormat
  readonly workloads: readonly Workload[]
  /** Networks and volumes that are ours to make; external ones are not among them. */
  readonly resources: readonly ResourceSpec[]
  /** Secrets and configs, of a stack that is for a Swarm: made before its services, under the names that `bindObjects` chooses. */
  readonly objects?: readonly SwarmObjectSpec[]
}

/** Workloads in levels: each level needs only those before it. Takes for granted that there is no loop. */
export function levels(workloads: readonly Workload[]): Workload[][] {
  const names = new Set(workloads.map((workload) => workload.spec.service))
  const done = new Set<string>()
  const result: Workload[][] = []
  let left = [...workloads]
  while (left.length > 0) {
    const ready = left.filter((workload) =>
      workload.dependsOn.every(({ service }) => done.has(service) || !names.has(service)),
    )
    if (ready.length === 0) throw new Error('services depend on each other in a loop')
    result.push(ready)
    left = left.filter((workload) => !ready.includes(workload))
    // A service of several containers is done only when all of them are: they are always ready together.
    for (const workload of ready) done.add(workload.spec.service)
  }
  return result
}

/** The services of one loop, in order, or null. */
export function findLoop(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>()
  for (const start of edges.keys()) {
    // By hand and not by calls: a chain of thousands would be deeper than the stack.
    const trail: { readonly name: string; readonly left: string[] }[] = []
    const open = new Set<string>()
    const enter = (name: string): void => {
      if (done.has(name)) return
      open.add(name)
      trail.push({ name, left: (edges.get(name) ?? []).toReversed() })
    }
    enter(start)
    for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
      const next = last.left.pop()
      if (next === undefined) {
        trail.pop()
        open.delete(last.name)
        done.add(last.name)
      } else if (open.has(next)) {
        const names = trail.map(({ name }) => name)
        return [...names.slice(names.indexOf(next)), next]
      } else enter(next)
    }
  }
  return null
}
