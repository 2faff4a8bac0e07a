import type { Column } from '../table.ts'

type Process = readonly string[]
const numbers = new Set(['PID', 'PPID', 'C', '%CPU', '%MEM', 'VSZ', 'RSS'])

/** As the engine's host tells them: its titles, whatever they are; the command last, and cut first. */
export function processColumns(titles: readonly string[]): Column<Process>[] {
  return titles.map((title, index) => ({
    head: title,
    cell: (row) => row[index] ?? '',
    ...(numbers.has(title) ? { align: 'right' as const } : {}),
    ...(index === titles.length - 1 ? { shrink: 20 } : { drop: title === 'PID' ? 1 : 3 }),
  }))
}

export const processRows = ({ processes }: { readonly processes: readonly Process[] }): readonly Process[] => processes
