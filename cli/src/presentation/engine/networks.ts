import type { Network, Topology } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { stateCell } from '../state.ts'
import { type Column, table } from '../table.ts'
import { age, clock } from '../units.ts'
import { clean } from '../width.ts'

const subnets = (network: Network): string => network.subnets.map(({ subnet }) => subnet).join(', ')
const traits = (network: Network): string =>
  [
    network.internal && 'internal',
    network.attachable && 'attachable',
    network.ipv6 && 'IPv6',
    network.ingress && 'ingress',
  ]
    .filter((trait) => trait !== false)
    .join(', ')

export const networkColumns: readonly Column<Network>[] = [
  { head: 'NETWORK', cell: (n) => ({ text: n.name, paint: n.builtIn ? 'dim' : 'bold' }), shrink: 16 },
  { head: 'TARGET', cell: (n) => n.targetName, shrink: 8, drop: 5 },
  { head: 'DRIVER', cell: (n) => n.driver, drop: 6 },
  { head: 'SUBNET', cell: (n) => subnets(n) || '-', shrink: 14, drop: 4 },
  { head: 'STACK', sparse: true, cell: (n) => n.stack ?? '', shrink: 8, drop: 7 },
  {
    head: 'ATTACHED',
    shrink: 12,
    cell: (n) =>
      n.attached.length === 0 ? { text: 'nothing', paint: 'dim' } : n.attached.map(({ name }) => name).join(', '),
  },
  { head: 'TRAITS', wide: true, cell: (n) => traits(n) || '-', drop: 8 },
  { head: 'ID', wide: true, cell: (n) => ({ text: n.id, paint: 'dim' }), shrink: 12, drop: 9 },
  {
    head: 'NOTE',
    sparse: true,
    cell: (n, look) => (n.stale ? { text: `${age(n.observedAt, look.now)} old`, paint: 'yellow' } : ''),
  },
]

const attachedColumns: readonly Column<Network['attached'][number]>[] = [
  { head: 'SERVICE', cell: (a) => a.name },
  { head: 'STATE', cell: (a, look) => stateCell(a.state, look) },
  { head: 'ADDRESS', cell: (a) => a.ipv4 ?? a.ipv6 ?? '-' },
  { head: 'ALIASES', cell: (a) => a.aliases.join(', ') || '-' },
  { head: 'MAC', wide: true, cell: (a) => a.mac ?? '-' },
]

export function networkText(network: Network, look: Look): string {
  const rows: Field[] = [
    ['stale', network.stale ? `last heard ${age(network.observedAt, look.now)} ago` : null, 'yellow'],
    ['id', network.id],
    ['target', network.targetName],
    ['stack', network.stack],
    ['driver', `${network.driver}, ${network.scope}`],
    ['traits', traits(network)],
    ...network.subnets.map(({ subnet, gateway, range }): Field => [
      'subnet',
      [subnet, gateway && `gateway ${gateway}`, range && `addresses from ${range}`].filter(Boolean).join(', '),
    ]),
    ['created', network.createdAt === null ? null : clock(network.createdAt, look.now)],
    ...Object.entries(network.options).map(([key, value]): Field => [`option ${key}`, value]),
    ...Object.entries(network.labels).map(([key, value]): Field => [`label ${key}`, value]),
  ]
  const attached =
    network.attached.length === 0
      ? indented('Nothing is attached.\n')
      : indented(table(attachedColumns, network.attached, look))
  return `${paint(clean(network.name), 'bold', look)}\n${fields(rows, look)}${heading('Attached', look)}${attached}`
}

/** Each network with those in it, and what is published, one a line. */
export function topologyText({ nodes, edges }: Topology, look: Look): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const name = (id: string): string => clean(byId.get(id)?.name ?? id)
  const lines: string[] = []
  for (const target of nodes.filter((node) => node.kind === 'target')) {
    lines.push(paint(clean(target.name), 'bold', look))
    for (const network of nodes.filter((node) => node.kind === 'network' && node.targetId === target.id)) {
      lines.push(`  ${clean(network.name)}  ${paint(clean(network.detail ?? ''), 'dim', look)}`)
      for (const edge of edges.filter((one) => one.kind === 'attached' && one.to === network.id))
        lines.push(`    ${name(edge.from)}  ${paint(clean(edge.label), 'dim', look)}`)
    }
    const published = edges.filter((one) => one.kind === 'published' && one.to === `${target.id}:host`)
    if (published.length > 0) lines.push('  published')
    for (const edge of published) lines.push(`    ${name(edge.from)}  ${clean(edge.label)}`)
  }
  return lines.map((line) => `${line}\n`).join('')
}
