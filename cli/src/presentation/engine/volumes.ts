import type { FileEntry, Volume } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { type Column, table } from '../table.ts'
import { age, bytes, clock } from '../units.ts'
import { clean } from '../width.ts'

const users = (volume: Volume): string => [...new Set(volume.usedBy.map(({ name }) => name))].join(', ')

export const volumeColumns: readonly Column<Volume>[] = [
  { head: 'VOLUME', cell: (v) => ({ text: v.name, paint: 'bold' }), shrink: 16 },
  { head: 'TARGET', cell: (v) => v.targetName, shrink: 8, drop: 5 },
  { head: 'STACK', sparse: true, cell: (v) => v.stack ?? '', shrink: 8, drop: 4 },
  {
    head: 'USED BY',
    shrink: 12,
    cell: (v) =>
      v.usedBy.length === 0 ? { text: v.anonymous ? 'nothing, anonymous' : 'nothing', paint: 'dim' } : users(v),
  },
  { head: 'SIZE', align: 'right', cell: (v) => bytes(v.sizeBytes), drop: 3 },
  { head: 'AGE', align: 'right', cell: (v, look) => age(v.createdAt, look.now), drop: 6 },
  { head: 'DRIVER', cell: (v) => v.driver, wide: true, drop: 7 },
  { head: 'PLACE', wide: true, cell: (v) => ({ text: v.mountpoint, paint: 'dim' }), shrink: 16, drop: 8 },
  {
    head: 'NOTE',
    sparse: true,
    cell: (v, look) => (v.stale ? { text: `${age(v.observedAt, look.now)} old`, paint: 'yellow' } : ''),
  },
]

const userColumns: readonly Column<Volume['usedBy'][number]>[] = [
  { head: 'SERVICE', cell: (u) => u.name },
  { head: 'RUNS', cell: (u) => (u.running ? 'yes' : { text: 'no', paint: 'dim' }) },
  { head: 'AT', cell: (u) => u.path },
]

export function volumeText(volume: Volume, look: Look): string {
  const rows: Field[] = [
    ['stale', volume.stale ? `last heard ${age(volume.observedAt, look.now)} ago` : null, 'yellow'],
    ['id', volume.id],
    ['target', volume.targetName],
    ['stack', volume.stack],
    ['driver', `${volume.driver}, ${volume.scope}`],
    ['size', volume.sizeBytes === null ? 'not counted yet' : bytes(volume.sizeBytes)],
    ['place', volume.mountpoint],
    ['created', volume.createdAt === null ? null : clock(volume.createdAt, look.now)],
    ...Object.entries(volume.options).map(([key, value]): Field => [`option ${key}`, value]),
    ...Object.entries(volume.labels).map(([key, value]): Field => [`label ${key}`, value]),
  ]
  const used =
    volume.usedBy.length === 0 ? indented('Nothing uses it.\n') : indented(table(userColumns, volume.usedBy, look))
  return `${paint(clean(volume.name), 'bold', look)}\n${fields(rows, look)}${heading('Used by', look)}${used}`
}

const marks = { file: '-', folder: 'd', link: 'l', other: '?' } as const

export const fileColumns: readonly Column<FileEntry>[] = [
  { head: 'MODE', cell: (f) => ({ text: `${marks[f.kind]} ${f.mode}`, paint: 'dim' }) },
  { head: 'OWNER', cell: (f) => f.owner ?? '-', drop: 3 },
  { head: 'SIZE', align: 'right', cell: (f) => (f.kind === 'file' ? bytes(f.sizeBytes) : '-') },
  { head: 'CHANGED', cell: (f, look) => (f.modifiedAt === null ? '-' : clock(f.modifiedAt, look.now)), drop: 2 },
  {
    head: 'NAME',
    cell: (f) =>
      f.kind === 'folder'
        ? { text: `${f.name}/`, paint: 'bold' }
        : f.linkTarget === null
          ? f.name
          : `${f.name} -> ${f.linkTarget}`,
  },
]
