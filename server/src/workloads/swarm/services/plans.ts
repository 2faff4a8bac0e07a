import type { Placement, Plan } from '@wheelhouse/contract'
import { sameTemplate, type ServiceSpec, type TaskTemplate } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { maskEnvironment } from '../../services/index.ts'
import { placementOf } from '../placement/placement.ts'
import { reservedBy } from '../placement/room-left.ts'
import { bytesText, cpusText, planOf, some } from '../plan-text.ts'
import type { Seen } from '../room.ts'
import { draftOfSpec } from './draft-of-spec.ts'
import { imageName, type Names } from './spec-of-draft.ts'

const text = (value: unknown): string => {
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return shown.length > 120 ? `${shown.slice(0, 117)}…` : shown
}

const environmentOf = (spec: ServiceSpec): Record<string, string> =>
  Object.fromEntries(
    (spec.TaskTemplate.ContainerSpec?.Env ?? []).map((entry) => {
      const at = entry.indexOf('=')
      return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )

function environmentLines(before: ServiceSpec, after: ServiceSpec): string[] {
  const [old, fresh] = [environmentOf(before), environmentOf(after)]
  const shown = (environment: Record<string, string>): Map<string, string> =>
    new Map(maskEnvironment(environment).map(({ name, value }) => [name, value]))
  const [was, is] = [shown(old), shown(fresh)]
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
    if (old[name] === fresh[name]) return []
    const [one, other] = [was.get(name) ?? 'none', is.get(name) ?? 'none']
    return [one === other ? `environment.${name}: another secret` : `environment.${name}: ${one} → ${other}`]
  })
}

/** What differs between two specs, a line each; values that look secret are never among them. */
export function differences(before: ServiceSpec, after: ServiceSpec, names: Names): string[] {
  const [was, is] = [draftOfSpec(before, names), draftOfSpec(after, names)] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ]
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((field) => field !== 'environment')
  const lines = fields.flatMap((field) => {
    const [one, other] = [was[field], is[field]]
    if (JSON.stringify(one) === JSON.stringify(other)) return []
    return [`${field}: ${one === undefined ? 'none' : text(one)} → ${other === undefined ? 'none' : text(other)}`]
  })
  return [...lines, ...environmentLines(before, after)]
}

const named = (all: readonly string[]): string => {
  const names = all.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const shown = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** What speaks against nodes, those of the same reasons together: "n1 and n2: node.labels.disk is not set, and must be ssd". */
function against(nodes: Placement['nodes']): string[] {
  const groups = Map.groupBy(nodes, ({ reasons }) => reasons.join(', '))
  return [...groups].map(([reasons, own]) => `${named(own.map(({ hostname }) => hostname))}: ${reasons}`)
}

/** What makes a node full that takes a task now. */
function bounds({ TaskTemplate: template, EndpointSpec: endpoint }: ServiceSpec): string {
  const { cpus, memoryBytes } = reservedBy({ Spec: template })
  const most = template.Placement?.MaxReplicas ?? 0
  const ports = (endpoint?.Ports ?? []).filter((port) => port.PublishMode === 'host' && port.PublishedPort)
  const reserved = [cpus > 0 && cpusText(cpus), memoryBytes > 0 && bytesText(memoryBytes)].filter(
    (one) => one !== false,
  )
  return [
    ...(ports.length > 0
      ? [`a node gives its port ${ports.map((port) => port.PublishedPort).join(', ')} to one task only`]
      : []),
    ...(most > 0 ? [`a node takes ${some(most, 'task')} of it at most`] : []),
    ...(reserved.length > 0 ? [`each task reserves ${reserved.join(' and ')}`] : []),
  ].join(', ')
}

/** Why not all of the tasks find a node; nothing where they do. `more` are those that are yet to come. */
export function fitWarnings(placement: Placement, spec: ServiceSpec, more: number): string[] {
  const without = placement.nodes.filter(({ fits }) => !fits)
  if (spec.Mode?.Global ?? spec.Mode?.GlobalJob)
    return against(without.filter(({ tasks }) => tasks === 0)).map((text) => `No task on ${text}.`)
  if (more <= 0 || placement.fits >= more) return []
  const fitting = placement.nodes.filter(({ fits }) => fits).map(({ hostname }) => hostname)
  const full =
    fitting.length > 0 ? [`${named(fitting)} ${fitting.length === 1 ? 'is' : 'are'} full then: ${bounds(spec)}`] : []
  const would = placement.fits === 0 ? 'None' : `Only ${placement.fits}`
  const why = [...full, ...against(without)].join('; ')
  return [`${would} of ${some(more, 'new task')} would find a node.${why === '' ? '' : ` ${why}.`}`]
}

/** Ports that another service has on the mesh. */
export function portWarnings({ services }: Pick<Sight, 'services'>, spec: ServiceSpec, own: string | null): string[] {
  const key = (port: { PublishedPort?: number; Protocol?: string }): string =>
    `${port.PublishedPort}/${port.Protocol ?? 'tcp'}`
  const mesh = (one: ServiceSpec): string[] =>
    (one.EndpointSpec?.Ports ?? []).filter((port) => port.PublishedPort && port.PublishMode !== 'host').map(key)
  const wanted = mesh(spec)
  return services
    .filter(({ ID }) => ID !== own)
    .flatMap((other) =>
      mesh(other.Spec)
        .filter((port) => wanted.includes(port))
        .map((port) => `Port ${port} is published by ${other.Spec.Name} already, so the manager will refuse.`),
    )
}

export const replicasOf = (mode: ServiceSpec['Mode']): number =>
  mode?.Replicated?.Replicas ?? mode?.ReplicatedJob?.TotalCompletions ?? 0

export function createPlan({ name: swarm, sight }: Seen, spec: ServiceSpec, notes: readonly string[]): Plan {
  const placement = placementOf(sight, { spec, serviceId: null })
  const count = replicasOf(spec.Mode)
  const image = spec.TaskTemplate.ContainerSpec?.Image ?? ''
  return planOf({
    summary: `Create the service ${spec.Name} in ${swarm}.`,
    steps: [
      {
        verb: 'create',
        kind: 'service',
        name: spec.Name,
        reasons: [`of ${image}`, spec.Mode?.Global ? 'a task on each node that fits' : some(count, 'task')],
      },
    ],
    warnings: [...notes, ...fitWarnings(placement, spec, count), ...portWarnings(sight, spec, null)],
    from: spec,
  })
}

/** The image by its tag: it is bound to a digest again. */
const unbound = (template: TaskTemplate): TaskTemplate => ({
  ...template,
  ContainerSpec: { ...template.ContainerSpec, Image: imageName(template.ContainerSpec?.Image ?? '') },
})

export function updatePlan(
  { name: swarm, sight }: Seen,
  service: { readonly ID: string; readonly Spec: ServiceSpec },
  after: ServiceSpec,
  names: Names,
  notes: readonly string[],
): Plan {
  const { Spec: before, ID: id } = service
  const reasons = differences(before, after, names)
  const replaced = !sameTemplate(unbound(before.TaskTemplate), unbound(after.TaskTemplate))
  const more = replicasOf(after.Mode) - replicasOf(before.Mode)
  const policy = after.UpdateConfig
  const how =
    policy?.Order === 'start-first' ? 'each new one before the old one stops' : 'each old one before the new one starts'
  const warnsOfGap = replaced && policy?.Order !== 'start-first' && replicasOf(after.Mode) === 1
  return planOf({
    summary: `Change the service ${before.Name} of ${swarm}.`,
    steps: [
      {
        verb: replaced ? 'replace' : 'change',
        kind: 'service',
        name: before.Name,
        reasons: reasons.length > 0 ? reasons : ['nothing differs'],
      },
    ],
    warnings: [
      ...notes,
      ...fitWarnings(placementOf(sight, { spec: after, serviceId: id }), after, more),
      ...portWarnings(sight, after, id),
      ...(replaced ? [`Its tasks are replaced, ${how}.`] : []),
      ...(warnsOfGap ? ['It does not answer in between: it has one task, and the old one stops first.'] : []),
    ],
    kept: [`what it was, to roll back to: ${imageName(before.TaskTemplate.ContainerSpec?.Image ?? '')}`],
    from: [id, before, after],
  })
}
