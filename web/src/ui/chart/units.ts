import type { MetricAnswer } from '@wheelhouse/contract'
import { bytes, count, millis, percent, rate } from '../format/number.ts'

type Unit = MetricAnswer['series'][number]['unit']

const plain = (value: number): string =>
  Math.abs(value) >= 100 || Number.isInteger(value) ? count(Math.round(value)) : String(Math.round(value * 100) / 100)

/** How a value of a unit is read. */
export function formatOf(unit: Unit | 'per-minute' | (string & {})): (value: number) => string {
  switch (unit) {
    case 'percent':
      return percent
    case 'ratio':
      return (value) => percent(value * 100)
    case 'bytes':
      return bytes
    case 'bytes/s':
      return rate
    case 'ms':
      return millis
    case 's':
      return (value) => millis(value * 1000)
    case 'count/s':
      return (value) => `${plain(value)}/s`
    case 'per-minute':
      return (value) => `${plain(value)}/min`
    default:
      return plain
  }
}
export const isBinary = (unit: string): boolean => unit.startsWith('bytes')
