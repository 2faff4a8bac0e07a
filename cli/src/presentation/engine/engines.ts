import type { DiskUsage, EngineEvent } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import type { Column } from '../table.ts'
import { age, bytes, clock } from '../units.ts'
import { clean } from '../width.ts'

interface Counted {
  readonly usage: DiskUsage
  readonly kind: string
  readonly used: DiskUsage['images']
}

const kinds = [
  ['images', 'images'],
  ['containers', 'containers'],
  ['volumes', 'volumes'],
  ['buildCache', 'build cache'],
] as const

/** A row for each kind of thing; one that says so where nothing was counted yet. */
export const diskRows = (items: readonly DiskUsage[]): Counted[] =>
  items.flatMap((usage): Counted[] =>
    usage.countedAt === null
      ? [{ usage, kind: usage.counting ? 'being counted' : 'not counted yet', used: null }]
      : kinds.map(([key, kind]) => ({ usage, kind, used: usage[key] })),
  )

export const diskColumns: readonly Column<Counted>[] = [
  { head: 'TARGET', cell: ({ usage }) => ({ text: usage.targetName, paint: 'bold' }), shrink: 8 },
  { head: 'KIND', cell: ({ kind, used }) => (used === null ? { text: kind, paint: 'dim' } : kind) },
  { head: 'COUNT', align: 'right', cell: ({ used }) => (used === null ? '-' : String(used.count)) },
  { head: 'IN USE', align: 'right', cell: ({ used }) => (used === null ? '-' : String(used.active)), drop: 3 },
  { head: 'SIZE', align: 'right', cell: ({ used }) => bytes(used?.sizeBytes) },
  { head: 'CAN BE FREED', align: 'right', cell: ({ used }) => bytes(used?.reclaimableBytes) },
  { head: 'COUNTED', cell: ({ usage }, look) => age(usage.countedAt, look.now), drop: 2 },
  {
    head: 'NOTE',
    sparse: true,
    cell: ({ usage }) => (usage.reason === null ? '' : { text: usage.reason, paint: 'yellow' }),
    shrink: 20,
  },
]

const detail = ({ attributes }: EngineEvent): string =>
  [
    attributes.exitCode === undefined ? '' : `exit code ${attributes.exitCode}`,
    attributes.signal === undefined ? '' : `signal ${attributes.signal}`,
    attributes.image ?? '',
  ]
    .filter((word) => word !== '')
    .join(', ')

const bad = ({ action, attributes }: EngineEvent): boolean =>
  action === 'oom' || (action === 'die' && attributes.exitCode !== undefined && attributes.exitCode !== '0')

export const engineEventColumns: readonly Column<EngineEvent>[] = [
  { head: 'AT', cell: (e, look) => ({ text: clock(e.at, look.now), paint: 'dim' }) },
  { head: 'TYPE', cell: (e) => e.type },
  { head: 'ACTION', cell: (e) => (bad(e) ? { text: e.action, paint: 'red' } : e.action) },
  { head: 'NAME', cell: (e) => ({ text: e.name ?? e.actorId.slice(0, 12), paint: 'bold' }), shrink: 12 },
  { head: 'DETAIL', sparse: true, cell: (e) => ({ text: detail(e), paint: 'dim' }), shrink: 12, drop: 2 },
  { head: 'ID', wide: true, cell: (e) => ({ text: e.actorId.slice(0, 12), paint: 'dim' }) },
]

interface Told {
  readonly version: Readonly<Record<string, unknown>>
  readonly info: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
  readonly lacks: readonly { readonly feature: string; readonly reason: string }[]
}

const text = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : Array.isArray(value)
      ? value.join(', ')
      : null

/** What a person asks an engine for; the whole of it is in -o json. */
export function engineText(target: string, { version, info, warnings, lacks }: Told, look: Look): string {
  const rows: Field[] = [
    ['version', text(version.Version)],
    ['API version', text(version.ApiVersion)],
    ['system', text(info.OperatingSystem)],
    ['kernel', text(info.KernelVersion)],
    ['storage', text(info.Driver)],
    ['folder', text(info.DockerRootDir)],
    ['logging', text(info.LoggingDriver)],
    ['cgroups', text(info.CgroupVersion)],
    ['default runtime', text(info.DefaultRuntime)],
    ['security', text(info.SecurityOptions)],
    ['cores', text(info.NCPU)],
    ['memory', typeof info.MemTotal === 'number' ? bytes(info.MemTotal) : null],
  ]
  const lines = (title: string, list: readonly string[]): string =>
    list.length === 0 ? '' : heading(title, look) + indented(list.map((line) => `${clean(line)}\n`).join(''))
  return (
    `${paint(clean(target), 'bold', look)}\n${fields(rows, look)}` +
    lines('Warns', warnings) +
    lines(
      'Lacks',
      lacks.map(({ feature, reason }) => `${feature}. ${reason}`),
    )
  )
}
