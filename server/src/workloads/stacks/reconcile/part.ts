import { Failure } from '@wheelhouse/contract'
import type { ResourceSpec, SwarmObjectSpec } from '@wheelhouse/driver'
import { didYouMean } from '../file/nearest.ts'
import type { Rendered, Workload } from '../rendered.ts'
import type { Decision } from './decide.ts'

/** The services that were chosen, with all that they need, by their names in the file. Throws Failure STACK_INVALID for an unknown one. */
export function withNeeds(rendered: Rendered, chosen: readonly string[]): ReadonlySet<string> {
  const byService = Map.groupBy(rendered.workloads, ({ spec }) => spec.service)
  const unknown = chosen.find((name) => !byService.has(name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, byService.keys()) || ` There is ${[...byService.keys()].join(', ') || 'none'}.`
    throw new Failure('STACK_INVALID', `The file has no service "${unknown}".${hint}`)
  }
  const needed = new Set<string>()
  const open = [...chosen]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue
    needed.add(name)
    for (const { dependsOn } of byService.get(name) ?? []) open.push(...dependsOn.map(({ service }) => service))
  }
  return needed
}

const uses = ({ spec }: Workload, { name }: ResourceSpec): boolean => {
  if (spec.kind === 'process') return false
  if (spec.kind === 'swarm-service') return (spec.native.TaskTemplate.Networks ?? []).some((one) => one.Target === name)
  return spec.networks.some((network) => network.name === name) || spec.mounts.some((mount) => mount.source === name)
}

/** Of specs with the names of the file. */
const usesObject = ({ spec }: Workload, { kind, name }: SwarmObjectSpec): boolean => {
  if (spec.kind !== 'swarm-service') return false
  const { Secrets: secrets, Configs: configs } = spec.native.TaskTemplate.ContainerSpec ?? {}
  return kind === 'secret'
    ? (secrets ?? []).some((one) => one.SecretName === name)
    : (configs ?? []).some((one) => one.ConfigName === name)
}

/** Only these services, and the networks and volumes that they use. */
export function partOf(rendered: Rendered, only: ReadonlySet<string>): Rendered {
  const workloads = rendered.workloads.filter(({ spec }) => only.has(spec.service))
  return {
    ...rendered,
    workloads,
    resources: rendered.resources.filter((resource) => workloads.some((workload) => uses(workload, resource))),
    ...(rendered.objects && {
      objects: rendered.objects.filter((object) => workloads.some((workload) => usesObject(workload, object))),
    }),
  }
}

/** What is true of a target once only these services were brought: they as they are now, the others as they were applied before. */
export function merged(rendered: Rendered, applied: Rendered | null, only: ReadonlySet<string>): Rendered {
  const part = partOf(rendered, only)
  const workloads = applied?.workloads.filter(({ spec }) => !only.has(spec.service)) ?? []
  const key = ({ kind, name }: { readonly kind: string; readonly name: string }): string => `${kind} ${name}`
  const own = new Set(part.resources.map(key))
  const objects = new Set((part.objects ?? []).map(key))
  return {
    ...part,
    workloads: [...workloads, ...part.workloads],
    resources: [...(applied?.resources ?? []).filter((resource) => !own.has(key(resource))), ...part.resources],
    ...(part.objects && {
      objects: [...(applied?.objects ?? []).filter((object) => !objects.has(key(object))), ...part.objects],
    }),
  }
}

/** Of everything that would have to happen only what these services need: the others stay as they are, also where they differ. */
export function narrowed(decision: Decision, part: Rendered, only: ReadonlySet<string>): Decision {
  const names = new Set(part.workloads.map(({ spec }) => spec.name))
  return {
    ...decision,
    services: decision.services.filter(({ workload }) => only.has(workload.spec.service)),
    resources: decision.resources.filter(({ spec }) => part.resources.includes(spec)),
    removedServices: decision.removedServices.filter(({ stackService }) => only.has(stackService ?? '')),
    removedNetworks: [],
    foreign: [],
    clashes: decision.clashes.filter(({ name }) => names.has(name)),
  }
}
