import type { Image, OutputOf, images, Registry } from '@wheelhouse/contract'
import { type Field, fields, indented } from './block.ts'
import { type Look, paint } from './look.ts'
import { stateCell } from './state.ts'
import { type Column, table } from './table.ts'
import { age, bytes, clock, sentenceList } from './units.ts'
import { clean } from './width.ts'

type Detail = OutputOf<(typeof images)['get']>

const shortId = (image: Image): string => image.imageId.replace('sha256:', '').slice(0, 12)
export const imageName = (image: Image): string => image.tags[0] ?? shortId(image)
const users = ({ usedBy }: Image): string =>
  sentenceList(
    usedBy.map(({ name, running }) => (running ? name : `${name} (stopped)`)),
    2,
  )
const newer = ({ newer: told }: Image): string => (told === null ? '-' : told.state)

export const imageColumns: readonly Column<Image>[] = [
  { head: 'IMAGE', cell: (i) => ({ text: imageName(i), paint: 'bold' }), shrink: 20 },
  { head: 'TARGET', cell: (i) => i.targetName, shrink: 8, drop: 4 },
  { head: 'SIZE', align: 'right', cell: (i) => bytes(i.sizeBytes) },
  { head: 'MADE', align: 'right', cell: (i, look) => age(i.createdAt, look.now), drop: 5 },
  {
    head: 'USED BY',
    cell: (i) => (i.usedBy.length === 0 ? { text: 'nobody', paint: 'dim' } : users(i)),
    shrink: 12,
    drop: 3,
  },
  {
    head: 'REGISTRY',
    cell: (i) => ({ text: newer(i), paint: i.newer?.state === 'newer' ? 'yellow' : 'dim' }),
    drop: 6,
  },
  { head: 'KEPT FOR', wide: true, cell: (i) => i.kept ?? '-', shrink: 12, drop: 8 },
  { head: 'OTHER NAMES', wide: true, cell: (i) => i.tags.slice(1).join(',') || '-', shrink: 12, drop: 9 },
  { head: 'ID', cell: (i) => ({ text: shortId(i), paint: 'dim' }), drop: 7 },
  {
    head: 'NOTE',
    sparse: true,
    shrink: 12,
    cell: (i, look) => (i.stale ? { text: `not heard for ${age(i.observedAt, look.now)}`, paint: 'yellow' } : ''),
  },
]

export const historyColumns: readonly Column<Detail['layers'][number]>[] = [
  { head: 'SIZE', align: 'right', cell: (l) => (l.sizeBytes === 0 ? '-' : bytes(l.sizeBytes)) },
  { head: 'MADE', align: 'right', cell: (l, look) => age(l.createdAt, look.now), drop: 2 },
  { head: 'COMMAND', cell: (l) => clean(l.command.replaceAll(/\s+/g, ' ')), shrink: 20 },
  { head: 'NAMES', sparse: true, cell: (l) => l.tags.join(', '), shrink: 10, drop: 3 },
]

export function imageText(image: Detail, look: Look): string {
  const rows: Field[] = [
    ['id', image.imageId],
    ['names', image.tags.join(', ')],
    ['digests', image.digests.join(', ')],
    ['size', bytes(image.sizeBytes)],
    ['made', clock(image.createdAt, look.now)],
    ['on', `${image.targetName}${image.stale ? `, not heard for ${age(image.observedAt, look.now)}` : ''}`],
    ['used by', users(image) || 'nobody'],
    ['kept for', image.kept],
    ['registry', image.newer && [image.newer.state, image.newer.reason].filter(Boolean).join(': ')],
    ['platform', image.platform],
    ['user', image.user],
    ['entrypoint', image.entrypoint.join(' ')],
    ['command', image.command.join(' ')],
    ['folder', image.workingDirectory],
    ['ports', image.ports.join(', ')],
    ['volumes', image.volumes.join(', ')],
  ]
  const variables = image.environment.map(({ name, value }) => `${name}=${clean(value)}`)
  const variablesPart = variables.length === 0 ? '' : `\nvariables\n${indented(variables.join('\n'))}`
  return `${paint(clean(imageName(image)), 'bold', look)}\n${fields(rows, look)}${variablesPart}\nlayers\n${table(historyColumns, image.layers, look)}`
}

export const registryColumns: readonly Column<Registry>[] = [
  { head: 'NAME', cell: (r) => ({ text: r.name, paint: 'bold' }), shrink: 12 },
  { head: 'STATE', cell: (r, look) => stateCell(r.state, look) },
  { head: 'ADDRESS', cell: (r) => r.address, shrink: 14 },
  { head: 'USER', cell: (r) => r.username ?? '-', drop: 3 },
  { head: 'CHECKED', align: 'right', cell: (r, look) => age(r.checkedAt, look.now), drop: 4 },
  { head: 'INSECURE', wide: true, cell: (r) => (r.insecure ? 'yes' : 'no'), drop: 5 },
  { head: 'ID', wide: true, cell: (r) => ({ text: r.id, paint: 'dim' }), drop: 6 },
  { head: 'NOTE', sparse: true, shrink: 16, cell: (r) => ({ text: r.reason ?? '', paint: 'yellow' }) },
]
