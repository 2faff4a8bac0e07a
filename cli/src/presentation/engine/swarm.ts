import type { Node, Swarm, SwarmObject, Task } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { stateCell } from '../state.ts'
import { type Column, table } from '../table.ts'
import { age, bytes, clock, count } from '../units.ts'
import { clean } from '../width.ts'

const share = (used: number, all: number): string => `${Math.round(used * 100) / 100} of ${Math.round(all * 100) / 100}`
const memoryShare = (used: number, all: number): string => `${bytes(used)} of ${bytes(all)}`
const states = (tasks: Readonly<Record<string, number>>): string =>
  Object.entries(tasks)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${n} ${state}`)
    .join(', ')

const managersOf = (swarm: Swarm): string =>
  swarm.reachableManagers === swarm.managers ? String(swarm.managers) : `${swarm.reachableManagers}/${swarm.managers}`

export const swarmColumns: readonly Column<Swarm>[] = [
  { head: 'SWARM', cell: (s) => ({ text: s.name, paint: 'bold' }), shrink: 12 },
  {
    head: 'QUORUM',
    cell: (s) => (s.quorum ? { text: 'yes', paint: 'green' } : { text: 'lost', paint: 'red' }),
  },
  { head: 'MANAGERS', align: 'right', cell: managersOf, drop: 4 },
  { head: 'WORKERS', align: 'right', cell: (s) => String(s.workers), drop: 5 },
  { head: 'SERVICES', align: 'right', cell: (s) => String(s.services), drop: 6 },
  { head: 'TASKS', cell: (s) => states(s.tasks) || '-', shrink: 12, drop: 7 },
  { head: 'VIA', cell: (s) => s.via ?? '-', drop: 8 },
  { head: 'CLUSTER', wide: true, cell: (s) => ({ text: s.clusterId, paint: 'dim' }), shrink: 12, drop: 9 },
  { head: 'NOTE', sparse: true, shrink: 16, cell: (s) => ({ text: s.advice[0] ?? '', paint: 'yellow' }) },
]

export function swarmText(swarm: Swarm, look: Look): string {
  const { capacity, settings } = swarm
  const rows: Field[] = [
    [
      'quorum',
      swarm.quorum ? 'yes' : 'lost: nothing can change until enough managers are back',
      swarm.quorum ? undefined : 'red',
    ],
    ['stale', swarm.stale ? `last heard ${age(swarm.observedAt, look.now)} ago` : null, 'yellow'],
    ['cluster', swarm.clusterId],
    ['managers', `${managersOf(swarm)}, ${count(swarm.tolerates, 'more')} may be lost`],
    ['workers', String(swarm.workers)],
    ['asked through', swarm.via],
    ['services', String(swarm.services)],
    ['tasks', states(swarm.tasks)],
    ['cpus reserved', share(capacity.reservedCpus, capacity.cpus)],
    ['memory reserved', memoryShare(capacity.reservedMemoryBytes, capacity.memoryBytes)],
    ['ended tasks kept', String(settings.taskHistory)],
    ['autolock', settings.autolock ? 'on: managers that restart wait for the key' : 'off'],
    ['created', clock(swarm.createdAt, look.now)],
  ]
  const advice = swarm.advice.map((line) => `  ${paint(clean(line), 'yellow', look)}\n`).join('')
  const part = advice === '' ? '' : `${heading('Advice', look)}${advice}`
  return `${paint(clean(swarm.name), 'bold', look)}\n${fields(rows, look)}${part}`
}

const role = (node: Node): string =>
  node.leader ? 'leader' : node.reachability === 'unreachable' ? 'manager, unreachable' : node.role

export const nodeColumns: readonly Column<Node>[] = [
  { head: 'NODE', cell: (n) => ({ text: n.hostname, paint: 'bold' }), shrink: 12 },
  { head: 'STATE', cell: (n, look) => stateCell(n.state, look) },
  {
    head: 'AVAILABILITY',
    cell: (n) => ({ text: n.availability, paint: n.availability === 'active' ? undefined : 'yellow' }),
    drop: 4,
  },
  { head: 'ROLE', cell: role, drop: 5 },
  { head: 'TASKS', cell: (n) => states(n.tasks) || '-', shrink: 10, drop: 6 },
  { head: 'CPUS', align: 'right', cell: (n) => share(n.reservedCpus, n.cpus), drop: 7 },
  { head: 'MEMORY', align: 'right', cell: (n) => memoryShare(n.reservedMemoryBytes, n.memoryBytes), drop: 8 },
  { head: 'VERSION', cell: (n) => n.engineVersion || '-', drop: 9 },
  { head: 'SWARM', cell: (n) => n.swarmId, shrink: 8, drop: 10 },
  { head: 'ADDRESS', wide: true, cell: (n) => n.address || '-', drop: 11 },
  { head: 'TARGET', wide: true, cell: (n) => n.targetId ?? '-', drop: 12 },
  { head: 'ID', wide: true, cell: (n) => ({ text: n.nodeId, paint: 'dim' }), shrink: 12, drop: 13 },
  { head: 'NOTE', sparse: true, shrink: 16, cell: (n) => ({ text: n.reason ?? '', paint: 'red' }) },
]

export function nodeText(node: Node, tasks: readonly Task[], look: Look): string {
  const used =
    node.usedCpus === null ? null : `${Math.round(node.usedCpus * 100) / 100} CPUs, ${bytes(node.usedMemoryBytes)}`
  const rows: Field[] = [
    ['state', node.state, node.state === 'ready' ? undefined : 'red'],
    ['why', node.reason, 'red'],
    ['availability', node.availability, node.availability === 'active' ? undefined : 'yellow'],
    ['role', role(node)],
    ['id', node.nodeId],
    ['swarm', node.swarmId],
    ['registered as', node.targetId],
    ['address', node.address],
    ['engine', node.engineVersion],
    ['platform', `${node.os} ${node.arch}`],
    ['cpus reserved', share(node.reservedCpus, node.cpus)],
    ['memory reserved', memoryShare(node.reservedMemoryBytes, node.memoryBytes)],
    ['used by containers', used],
    ...Object.entries(node.labels).map(([key, value]): Field => [`label ${key}`, value]),
    ...Object.entries(node.engineLabels).map(([key, value]): Field => [`engine label ${key}`, value]),
    ['joined', clock(node.createdAt, look.now)],
  ]
  const list = tasks.length === 0 ? indented('None.\n') : indented(table(taskColumns, tasks, look))
  return `${paint(clean(node.hostname), 'bold', look)}\n${fields(rows, look)}${heading('Tasks', look)}${list}`
}

/** `web.2`, or `agent@n1` of a service that runs once on each node. */
export const taskName = (task: Task): string =>
  task.slot === null ? `${task.serviceName}@${task.nodeName ?? '-'}` : `${task.serviceName}.${task.slot}`

export const taskColumns: readonly Column<Task>[] = [
  { head: 'TASK', cell: (t) => ({ text: taskName(t), paint: 'bold' }), shrink: 12 },
  { head: 'STATE', cell: (t, look) => stateCell(t.state, look) },
  { head: 'NODE', cell: (t) => t.nodeName ?? '-', shrink: 8, drop: 4 },
  { head: 'IMAGE', cell: (t) => t.image, shrink: 12, drop: 6 },
  { head: 'SINCE', align: 'right', cell: (t, look) => age(t.changedAt, look.now), drop: 5 },
  { head: 'EXIT', align: 'right', sparse: true, cell: (t) => (t.exitCode === null ? '' : String(t.exitCode)), drop: 7 },
  { head: 'VERSION', sparse: true, cell: (t) => (t.current ? '' : 'old'), drop: 8 },
  { head: 'CONTAINER', wide: true, cell: (t) => t.containerServiceId ?? '-', shrink: 12, drop: 9 },
  { head: 'ID', wide: true, cell: (t) => ({ text: t.id, paint: 'dim' }), shrink: 12, drop: 10 },
  { head: 'NOTE', sparse: true, shrink: 20, cell: (t) => ({ text: t.reason ?? '', paint: 'red' }) },
]

export const objectColumns: readonly Column<SwarmObject>[] = [
  { head: 'NAME', cell: (o) => ({ text: o.name, paint: 'bold' }), shrink: 12 },
  { head: 'FAMILY', cell: (o) => o.family, shrink: 8, drop: 5 },
  { head: 'VERSION', align: 'right', cell: (o) => String(o.version), drop: 4 },
  {
    head: 'USED BY',
    shrink: 12,
    cell: (o) =>
      o.usedBy.length === 0 ? { text: 'nobody', paint: 'dim' } : o.usedBy.map(({ name }) => name).join(', '),
  },
  { head: 'STACK', sparse: true, cell: (o) => o.stack ?? '', shrink: 8, drop: 7 },
  {
    head: 'SIZE',
    align: 'right',
    sparse: true,
    cell: (o) => (o.sizeBytes === null ? '' : bytes(o.sizeBytes)),
    drop: 8,
  },
  { head: 'AGE', align: 'right', cell: (o, look) => age(o.createdAt, look.now), drop: 6 },
  { head: 'SWARM', cell: (o) => o.swarmId, shrink: 8, drop: 9 },
  { head: 'ID', wide: true, cell: (o) => ({ text: o.id, paint: 'dim' }), shrink: 12, drop: 10 },
]
