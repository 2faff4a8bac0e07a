import { cpus, totalmem } from 'node:os'
import { type Figure, ratioOf } from './figure.ts'

export interface Outcome {
  readonly name: string
  readonly about: string
  readonly figures: readonly Figure[]
  readonly skipped: string | null
  readonly seconds: number
}

const number = (value: number): string =>
  Number.isNaN(value) ? '-' : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)

/** The machine in general words. */
export function machine(): { cores: number; memoryGb: number; node: string; at: string } {
  return {
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1_073_741_824),
    node: process.version,
    at: new Date().toISOString(),
  }
}

function row(figure: Figure): string[] {
  const ratio = ratioOf(figure)
  return [
    figure.what,
    `${number(figure.value)} ${figure.unit}`,
    figure.raw === null ? '' : `${number(figure.raw.value)} ${figure.unit}  ${figure.raw.what}`,
    ratio === null ? '' : `×${number(ratio)}`,
    figure.budget?.text ?? '',
    figure.budget === null ? '' : figure.budget.holds ? 'holds' : 'MISSED',
  ]
}

/** One bench as lines of text, in columns. */
export function lines(outcome: Outcome): string[] {
  const head = `${outcome.name}  ${outcome.about}  (${outcome.seconds.toFixed(1)} s)`
  if (outcome.skipped !== null) return [head, `  left out: ${outcome.skipped}`, '']
  const rows = [['', 'measured', 'raw', 'ratio', 'budget', ''], ...outcome.figures.map(row)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? []
  const table = rows.map((cells) =>
    `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  )
  return [head, ...table, '']
}
