import type { Target } from '@wheelhouse/contract'
import { stateCell } from './state.ts'
import type { Column } from './table.ts'
import { age, bytes, percent } from './units.ts'

const serviceCount = (target: Target): string => {
  const all = Object.values(target.services).reduce((sum, n) => sum + n, 0)
  const running = target.services.running ?? 0
  return running === all ? String(all) : `${running}/${all}`
}
const of = (used: number | null | undefined, all: number | null | undefined): string =>
  used === null || used === undefined ? '-' : all ? `${bytes(used)} of ${bytes(all)}` : bytes(used)

export const targetColumns: readonly Column<Target>[] = [
  { head: 'NAME', cell: (t) => ({ text: t.name, paint: 'bold' }), shrink: 12 },
  { head: 'STATE', cell: (t, look) => stateCell(t.state, look) },
  { head: 'KIND', cell: (t) => t.kind, drop: 5 },
  { head: 'SERVICES', align: 'right', cell: serviceCount, drop: 4 },
  { head: 'CPU', align: 'right', cell: (t) => percent(t.usage?.cpuPercent), drop: 6 },
  { head: 'MEMORY', align: 'right', cell: (t) => of(t.usage?.memoryBytes, t.usage?.memoryTotalBytes), drop: 7 },
  { head: 'DISK', align: 'right', wide: true, cell: (t) => of(t.usage?.diskBytes, t.usage?.diskTotalBytes), drop: 8 },
  { head: 'VERSION', cell: (t) => t.engine?.version ?? '-', shrink: 8, drop: 9 },
  { head: 'ADDRESS', cell: (t) => t.address, shrink: 10, drop: 10 },
  { head: 'GROUP', sparse: true, cell: (t) => t.group ?? '', shrink: 8, drop: 11 },
  { head: 'TAGS', wide: true, cell: (t) => t.tags.join(',') || '-', shrink: 8, drop: 11 },
  { head: 'ID', wide: true, cell: (t) => ({ text: t.id, paint: 'dim' }), shrink: 12, drop: 12 },
  {
    head: 'NOTE',
    sparse: true,
    shrink: 16,
    cell: (t, look) =>
      t.stale
        ? { text: `${t.reason ?? 'not heard'} (${age(t.observedAt, look.now)} old)`, paint: 'yellow' }
        : { text: t.state === 'connected' ? '' : (t.reason ?? ''), paint: 'red' },
  },
]
