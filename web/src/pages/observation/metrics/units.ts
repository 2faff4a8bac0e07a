import type { Metric } from '@wheelhouse/contract'
import { bytes, count, millis, percent, rate } from '../../../ui/format/number.ts'

const figure = (value: number): string =>
  Math.abs(value) >= 1000 || Number.isInteger(value) ? count(Math.round(value)) : String(Number(value.toPrecision(3)))

interface UnitLook {
  format(value: number): string
  /** Lines across stand at powers of two. */
  readonly binary: boolean
  /** The scale never ends below this. */
  readonly atLeast: number
}

const plain: UnitLook = { format: figure, binary: false, atLeast: 1 }
const looks: Record<Metric['unit'], UnitLook> = {
  percent: { format: percent, binary: false, atLeast: 5 },
  bytes: { format: bytes, binary: true, atLeast: 1024 },
  'bytes/s': { format: rate, binary: true, atLeast: 1024 },
  count: plain,
  'count/s': { format: (value) => `${figure(value)}/s`, binary: false, atLeast: 0.01 },
  ms: { format: millis, binary: false, atLeast: 1 },
  s: { format: (value) => millis(value * 1000), binary: false, atLeast: 0.001 },
  ratio: { format: figure, binary: false, atLeast: 0.01 },
  none: plain,
}

/** How numbers of a unit are written and drawn. */
export const unitLook = (unit: Metric['unit']): UnitLook => looks[unit]

/** "10 s", "30 min", "6 h": what a point stands for. */
export function stepWords(ms: number): string {
  if (ms < 60_000) return `${ms / 1000} s`
  if (ms < 3_600_000) return `${ms / 60_000} min`
  return ms < 86_400_000 ? `${ms / 3_600_000} h` : `${ms / 86_400_000} d`
}
