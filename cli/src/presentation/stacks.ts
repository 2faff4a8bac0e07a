import type { Stack } from '@wheelhouse/contract'
import { stateCell } from './state.ts'
import type { Column } from './table.ts'
import { age } from './units.ts'

export const stackColumns: readonly Column<Stack>[] = [
  { head: 'NAME', cell: (s) => ({ text: s.name, paint: 'bold' }), shrink: 12 },
  { head: 'STATE', cell: (s, look) => stateCell(s.state, look) },
  { head: 'TARGET', cell: (s) => s.targetName, shrink: 8, drop: 3 },
  {
    head: 'SERVICES',
    align: 'right',
    cell: (s) => `${s.services.filter((one) => one.state === 'running').length}/${s.services.length}`,
  },
  { head: 'FORMAT', cell: (s) => (s.managed ? s.format : `${s.format}, found`), drop: 5 },
  { head: 'REVISION', align: 'right', cell: (s) => (s.revision === 0 ? '-' : String(s.revision)), drop: 6 },
  { head: 'APPLIED', align: 'right', cell: (s, look) => age(s.appliedAt, look.now), drop: 4 },
  { head: 'BY', cell: (s) => s.appliedBy ?? '-', drop: 7 },
  { head: 'ID', wide: true, cell: (s) => ({ text: s.id, paint: 'dim' }), drop: 8 },
]
