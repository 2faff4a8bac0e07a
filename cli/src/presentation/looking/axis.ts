import type { AxisMark, ComparedMeasure } from '@wheelhouse/contract'
import type { Look, Paint } from '../look.ts'
import type { Column } from '../table.ts'
import { bytes, clock, duration, percent } from '../units.ts'

const paints: Partial<Record<AxisMark['severity'], Paint>> = { warning: 'yellow', error: 'red' }

const lasts = ({ from, until }: AxisMark): string =>
  until === null ? 'goes on' : until === from ? '' : duration(Date.parse(until) - Date.parse(from))

export const markColumns: readonly Column<AxisMark>[] = [
  { head: 'TIME', cell: ({ from }, look: Look) => clock(from, look.now) },
  { head: 'KIND', cell: ({ kind }) => kind },
  { head: 'FOR', cell: lasts, align: 'right' },
  { head: 'SERVICE', cell: ({ service }) => service ?? '', sparse: true, drop: 2 },
  { head: 'WHAT', cell: ({ title, severity }) => ({ text: title, paint: paints[severity] }), shrink: 24 },
  { head: 'BY', cell: ({ actor }) => actor ?? '', sparse: true, drop: 3 },
  { head: 'ID', wide: true, cell: ({ refersTo }) => refersTo ?? '' },
]

function figure(value: number | null, unit: ComparedMeasure['unit']): string {
  if (value === null) return '-'
  if (unit === 'percent') return percent(value)
  if (unit === 'bytes' || unit === 'bytes/s') return bytes(Math.round(value)) + unit.slice(5)
  if (unit === 'ms') return `${Math.round(value)} ms`
  return `${Math.round(value * 100) / 100}${unit === 'per-minute' ? '/min' : ''}`
}
const verdicts: Record<ComparedMeasure['verdict'], { text: string; paint?: Paint }> = {
  better: { text: 'better', paint: 'green' },
  worse: { text: 'worse', paint: 'red' },
  same: { text: 'the same' },
  changed: { text: 'changed', paint: 'yellow' },
  'too-little': { text: 'too little to say', paint: 'dim' },
}

export const measureColumns: readonly Column<ComparedMeasure>[] = [
  { head: 'MEASURE', cell: ({ title }) => ({ text: title, paint: 'bold' }) },
  { head: 'BEFORE', cell: ({ before, unit }) => figure(before, unit), align: 'right' },
  { head: 'AFTER', cell: ({ after, unit }) => figure(after, unit), align: 'right' },
  {
    head: 'CHANGE',
    cell: ({ changePercent }) =>
      changePercent === null
        ? '-'
        : `${changePercent > 0 ? '+' : ''}${changePercent.toFixed(Math.abs(changePercent) < 10 ? 1 : 0)} %`,
    align: 'right',
  },
  { head: 'SO IT IS', cell: ({ verdict }) => verdicts[verdict] },
  { head: 'NOTE', cell: ({ note }) => note ?? '', sparse: true, shrink: 16 },
]
