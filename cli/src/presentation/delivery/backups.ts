import type { Backup } from '@wheelhouse/contract'
import { type Field, fields, heading, indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { glyph, stateCell } from '../state.ts'
import { type Column, table } from '../table.ts'
import { age, bytes, clock } from '../units.ts'
import { clean } from '../width.ts'

const includes = (backup: Backup): string =>
  Object.entries(backup.includes)
    .filter(([, is]) => is)
    .map(([name]) => name)
    .join(', ') || '-'

export const backupColumns: readonly Column<Backup>[] = [
  { head: 'BACKUP', cell: (b) => ({ text: b.id, paint: 'bold' }) },
  { head: 'STATE', cell: (b, look) => stateCell(b.state, look) },
  { head: 'STACK', cell: (b) => b.stack, shrink: 8 },
  { head: 'ENVIRONMENT', cell: (b) => b.environment, shrink: 7, drop: 5 },
  { head: 'HOLDS', cell: includes, shrink: 10, drop: 4 },
  { head: 'SIZE', align: 'right', cell: (b) => bytes(b.sizeBytes), drop: 3 },
  { head: 'AGE', align: 'right', cell: (b, look) => age(b.createdAt, look.now), drop: 2 },
  {
    head: 'VERIFIED',
    align: 'right',
    cell: (b, look) => (b.verifiedAt === null ? { text: 'never', paint: 'dim' } : age(b.verifiedAt, look.now)),
    drop: 6,
  },
  {
    head: 'DRILLED',
    align: 'right',
    cell: (b, look) => (b.drilledAt === null ? { text: 'never', paint: 'dim' } : age(b.drilledAt, look.now)),
    drop: 7,
  },
  { head: 'BY', wide: true, cell: (b) => b.createdBy, drop: 8 },
  { head: 'PLACE', wide: true, cell: (b) => b.place, shrink: 12, drop: 9 },
  { head: 'DESCRIPTION', sparse: true, shrink: 12, cell: (b) => ({ text: b.description, paint: 'dim' }) },
]

const partColumns: readonly Column<Backup['parts'][number]>[] = [
  { head: 'PART', cell: (p) => p.name, shrink: 20 },
  { head: 'KIND', cell: (p) => p.kind },
  { head: 'SIZE', align: 'right', cell: (p) => bytes(p.sizeBytes) },
  { head: 'ENCRYPTED', cell: (p) => (p.encrypted ? 'yes' : 'no'), drop: 3 },
  { head: 'FROM', cell: (p) => ({ text: p.from, paint: 'dim' }), shrink: 16, drop: 2 },
  { head: 'SHA-256', wide: true, cell: (p) => ({ text: p.sha256, paint: 'dim' }) },
]

export function backupText(backup: Backup, look: Look): string {
  const mark = glyph(backup.state, look)
  const rows: Field[] = [
    ['stack', `${backup.stack}, ${backup.environment}`],
    ['description', backup.description],
    ['place', backup.place],
    ['release', backup.version],
    ['holds', includes(backup)],
    ['size', bytes(backup.sizeBytes)],
    ['encrypted', backup.encrypted ? 'yes' : 'no'],
    ['verified', backup.verifiedAt === null ? 'never' : clock(backup.verifiedAt, look.now)],
    ['drilled', backup.drilledAt === null ? 'never' : clock(backup.drilledAt, look.now)],
    ['drill found', backup.drill],
    ['deployment', backup.deploymentId],
    ['made', `${clock(backup.createdAt, look.now)} by ${backup.createdBy}`],
  ]
  const parts =
    backup.parts.length === 0 ? '' : heading('Parts', look) + indented(table(partColumns, backup.parts, look))
  return `${paint(mark.text, mark.paint, look)} ${paint(clean(backup.id), 'bold', look)}  ${paint(backup.state, mark.paint, look)}\n${fields(rows, look)}${parts}`
}
