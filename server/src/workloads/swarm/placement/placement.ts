import type { Placement } from '@wheelhouse/contract'
import type { ServiceSpec, SwarmNode, SwarmTask, TaskTemplate } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { bytesText, cpusText } from '../plan-text.ts'
import { architecture, attributeOf, constraintReason } from './constraint.ts'
import { type Amount, hasInAll, isReady, reservedBy, sum, tasksByNode } from './room-left.ts'

/** Where nothing bounds it, this many more are said to fit. */
const manyTasks = 10_000

const left = (node: SwarmNode, tasks: readonly SwarmTask[]): Amount => {
  const all = hasInAll(node)
  const taken = sum(tasks.map(reservedBy))
  return { cpus: all.cpus - taken.cpus, memoryBytes: all.memoryBytes - taken.memoryBytes }
}

const hostPorts = (spec: ServiceSpec): string[] =>
  (spec.EndpointSpec?.Ports ?? [])
    .filter((port) => port.PublishMode === 'host' && port.PublishedPort)
    .map((port) => `${port.PublishedPort}/${port.Protocol ?? 'tcp'}`)

function platformReason(node: SwarmNode, { Placement: placement }: TaskTemplate): string | null {
  const platforms = (placement?.Platforms ?? []).filter(({ Architecture, OS }) => Architecture || OS)
  if (platforms.length === 0) return null
  const { Architecture: arch = '', OS: os = '' } = node.Description?.Platform ?? {}
  const fits = platforms.some(
    (one) =>
      (!one.OS || one.OS.toLowerCase() === os.toLowerCase()) &&
      (!one.Architecture || architecture(one.Architecture) === architecture(arch)),
  )
  const made = platforms.map((one) => `${one.OS ?? ''}/${one.Architecture ?? ''}`).join(', ')
  return fits ? null : `it is ${os}/${architecture(arch)}, and the image is made for ${made}`
}

/** Engines tell their plugins; one that tells none of a kind is not asked for it. */
function pluginReasons(node: SwarmNode, template: TaskTemplate): string[] {
  const plugins = node.Description?.Engine?.Plugins ?? []
  const lacks = (type: string, name: string | undefined): boolean => {
    const own = plugins.filter((one) => one.Type === type).map((one) => (one.Name ?? '').replace(/:latest$/, ''))
    return Boolean(name) && own.length > 0 && !own.includes((name ?? '').replace(/:latest$/, ''))
  }
  const drivers = (template.ContainerSpec?.Mounts ?? []).map((mount) => mount.VolumeOptions?.DriverConfig?.Name)
  return [
    ...drivers.filter((name) => lacks('Volume', name)).map((name) => `it has no volume driver ${name}`),
    ...(template.LogDriver?.Name !== 'none' && lacks('Log', template.LogDriver?.Name)
      ? [`it has no log driver ${template.LogDriver?.Name}`]
      : []),
  ]
}

export interface Question {
  readonly spec: ServiceSpec
  /** Of the service itself; null for one that is not there yet. */
  readonly serviceId: string | null
}

/** What speaks against one more task of a service on a node, a clause each. */
function reasonsAgainst(
  node: SwarmNode,
  here: readonly SwarmTask[],
  { spec, serviceId }: Question,
  services: ReadonlyMap<string, ServiceSpec>,
): string[] {
  const { TaskTemplate: template, Mode: mode } = spec
  const own = here.filter((task) => task.ServiceID === serviceId)
  const free = left(node, here)
  const wanted = reservedBy({ Spec: template })
  const most = template.Placement?.MaxReplicas ?? 0
  const isGlobal = Boolean(mode?.Global ?? mode?.GlobalJob)
  const ports = hostPorts(spec)
  const taken = here.flatMap((task) => {
    const other = services.get(task.ServiceID)
    const shared = other ? hostPorts(other).filter((port) => ports.includes(port)) : []
    return shared.map((port) => `port ${port} is taken there by ${other?.Name ?? task.ServiceID}`)
  })
  const availability = node.Spec.Availability ?? 'active'
  return [
    ...(isReady(node) ? [] : [`it is ${node.Status?.State ?? 'unknown'}`]),
    ...(availability === 'active' ? [] : [`it takes no new tasks: its availability is ${availability}`]),
    ...(wanted.cpus > free.cpus + 1e-9
      ? [`it needs ${cpusText(wanted.cpus)} reserved and has ${cpusText(Math.max(0, free.cpus))} left`]
      : []),
    ...(wanted.memoryBytes > free.memoryBytes
      ? [`it needs ${bytesText(wanted.memoryBytes)} reserved and has ${bytesText(Math.max(0, free.memoryBytes))} left`]
      : []),
    ...(template.Placement?.Constraints ?? []).flatMap((constraint) => constraintReason(node, constraint) ?? []),
    ...[platformReason(node, template) ?? []].flat(),
    ...pluginReasons(node, template),
    ...(most > 0 && own.length >= most ? [`it has ${own.length} of at most ${most} tasks of this service`] : []),
    ...(isGlobal && own.length > 0 ? ['it has its task of this service already'] : []),
    ...new Set(taken),
  ]
}

/** How many more a node that takes one takes. */
function capacity(node: SwarmNode, here: readonly SwarmTask[], { spec, serviceId }: Question): number {
  const { TaskTemplate: template, Mode: mode } = spec
  if (mode?.Global ?? mode?.GlobalJob) return 1
  if (hostPorts(spec).length > 0) return 1
  const free = left(node, here)
  const wanted = reservedBy({ Spec: template })
  const most = template.Placement?.MaxReplicas ?? 0
  const own = here.filter((task) => task.ServiceID === serviceId).length
  return Math.min(
    manyTasks,
    wanted.cpus > 0 ? Math.floor((free.cpus + 1e-9) / wanted.cpus) : manyTasks,
    wanted.memoryBytes > 0 ? Math.floor(free.memoryBytes / wanted.memoryBytes) : manyTasks,
    most > 0 ? most - own : manyTasks,
  )
}

/** Groups by the labels it is to be spread over, the least used first; then by its own tasks there, then by all. */
function order(
  { spec, serviceId }: Question,
  fitting: readonly SwarmNode[],
  tasks: ReadonlyMap<string, readonly SwarmTask[]>,
  nodes: readonly SwarmNode[],
): SwarmNode[] {
  const own = (node: SwarmNode): number =>
    (tasks.get(node.ID) ?? []).filter((task) => task.ServiceID === serviceId).length
  const spreads = (spec.TaskTemplate.Placement?.Preferences ?? []).flatMap((one) => one.Spread?.SpreadDescriptor ?? [])
  const keys = (node: SwarmNode): number[] => {
    let group: readonly SwarmNode[] = nodes
    const counts = spreads.map((label) => {
      const value = attributeOf(node, label)
      group = group.filter((other) => attributeOf(other, label) === value)
      return group.reduce((all, other) => all + own(other), 0)
    })
    return [...counts, own(node), (tasks.get(node.ID) ?? []).length]
  }
  const keyed = fitting.map((node) => ({ node, keys: keys(node) }))
  return keyed
    .sort((a, b) => {
      const at = a.keys.findIndex((key, index) => key !== b.keys[index])
      return at === -1
        ? (a.node.Description?.Hostname ?? '').localeCompare(b.node.Description?.Hostname ?? '')
        : (a.keys[at] ?? 0) - (b.keys[at] ?? 0)
    })
    .map(({ node }) => node)
}

/** For each node whether one more task would fit, what speaks against it, and the order in which the scheduler would choose. */
export function placementOf(sight: Pick<Sight, 'nodes' | 'services' | 'tasks'>, question: Question): Placement {
  const tasks = tasksByNode(sight)
  const services = new Map(sight.services.map(({ ID, Spec }) => [ID, Spec]))
  const here = (node: SwarmNode): SwarmTask[] => tasks.get(node.ID) ?? []
  const against = new Map(sight.nodes.map((node) => [node.ID, reasonsAgainst(node, here(node), question, services)]))
  const fitting = sight.nodes.filter((node) => against.get(node.ID)?.length === 0)
  const ranked = order(question, fitting, tasks, sight.nodes)
  const rows = sight.nodes.map((node): Placement['nodes'][number] => {
    const free = left(node, here(node))
    return {
      nodeId: node.ID,
      hostname: node.Description?.Hostname ?? node.ID,
      fits: fitting.includes(node),
      reasons: against.get(node.ID) ?? [],
      tasks: here(node).filter((task) => task.ServiceID === question.serviceId).length,
      score: ranked.indexOf(node) + 1,
      freeCpus: Math.max(0, Math.round(free.cpus * 1e9) / 1e9),
      freeMemoryBytes: Math.max(0, free.memoryBytes),
    }
  })
  const fits = Math.min(
    manyTasks,
    fitting.reduce((all, node) => all + capacity(node, here(node), question), 0),
  )
  return { fits, nodes: rows.sort((a, b) => (a.score || 1e6) - (b.score || 1e6) || (a.hostname < b.hostname ? -1 : 1)) }
}
