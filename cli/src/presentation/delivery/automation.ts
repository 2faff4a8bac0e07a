import type { NotificationChannel, Trigger } from '@wheelhouse/contract'
import { type Field, fields } from '../block.ts'
import { type Look, paint } from '../look.ts'
import type { Column } from '../table.ts'
import { age, clock, until } from '../units.ts'
import { clean } from '../width.ts'

const does = (trigger: Trigger): string => {
  const { action } = trigger
  const where = action.directory ?? ''
  return [action.do, where, action.environment ?? ''].filter(Boolean).join(' ')
}
const when = (trigger: Trigger): string =>
  trigger.kind === 'schedule' ? `${trigger.cron ?? ''} ${trigger.timezone ?? ''}`.trim() : (trigger.path ?? '')

export const triggerColumns: readonly Column<Trigger>[] = [
  { head: 'NAME', cell: (t) => ({ text: t.name, paint: 'bold' }), shrink: 12 },
  { head: 'KIND', cell: (t) => t.kind },
  { head: 'WHEN', cell: when, shrink: 14 },
  { head: 'DOES', cell: does, shrink: 12, drop: 4 },
  { head: 'ENABLED', cell: (t) => (t.enabled ? 'yes' : { text: 'no', paint: 'yellow' }), drop: 5 },
  { head: 'NEXT', cell: (t, look) => (t.nextAt === null ? '-' : until(t.nextAt, look.now)), drop: 3 },
  { head: 'LAST', align: 'right', cell: (t, look) => age(t.lastAt, look.now), drop: 6 },
  { head: 'MISSED', sparse: true, align: 'right', cell: (t) => (t.missed > 0 ? String(t.missed) : ''), drop: 7 },
  { head: 'FROM', wide: true, cell: (t) => t.origin, drop: 8 },
  { head: 'ID', wide: true, cell: (t) => ({ text: t.id, paint: 'dim' }), drop: 9 },
]

export function triggerText(trigger: Trigger, look: Look): string {
  const rows: Field[] = [
    ['id', trigger.id],
    ['when', when(trigger)],
    ['does', does(trigger)],
    ['enabled', trigger.enabled ? 'yes' : 'no', trigger.enabled ? undefined : 'yellow'],
    ['stack', trigger.stack],
    ['from', trigger.origin === 'manifest' ? 'the manifest, changed with it' : trigger.createdBy],
    ['next', trigger.nextAt && clock(trigger.nextAt, look.now)],
    ['last', trigger.lastAt && clock(trigger.lastAt, look.now)],
    ['last result', trigger.lastResult],
    ['missed', trigger.missed > 0 ? String(trigger.missed) : null, 'yellow'],
  ]
  return `${paint(clean(trigger.name), 'bold', look)}  ${trigger.kind}\n${fields(rows, look)}`
}

export const notificationColumns: readonly Column<NotificationChannel>[] = [
  { head: 'NAME', cell: (n) => ({ text: n.name, paint: 'bold' }), shrink: 12 },
  { head: 'KIND', cell: (n) => n.kind },
  { head: 'TO', cell: (n) => n.address, shrink: 12 },
  { head: 'ON', cell: (n) => n.on.join(', '), shrink: 14, drop: 3 },
  { head: 'STACKS', cell: (n) => n.stacks.join(', ') || 'all', drop: 4 },
  { head: 'ENABLED', cell: (n) => (n.enabled ? 'yes' : { text: 'no', paint: 'yellow' }), drop: 5 },
  { head: 'LAST', align: 'right', cell: (n, look) => age(n.lastAt, look.now), drop: 6 },
  { head: 'ID', wide: true, cell: (n) => ({ text: n.id, paint: 'dim' }), drop: 7 },
  { head: 'ERROR', sparse: true, shrink: 14, cell: (n) => ({ text: n.lastError ?? '', paint: 'red' }) },
]
