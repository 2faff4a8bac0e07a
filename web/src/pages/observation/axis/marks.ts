import type { AxisKind, AxisMark } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'

export const kindWords: Record<AxisKind, string> = {
  deployment: 'Deployments',
  config: 'Config changes',
  life: 'Lives',
  crash: 'Crashes',
  health: 'Health',
  alert: 'Alerts',
  event: 'Events',
}
/** From top to bottom, below the readings and the lines. */
export const laneOrder: readonly AxisKind[] = ['deployment', 'config', 'alert', 'crash', 'health', 'life', 'event']

/** Where a mark leads; null where it leads nowhere. */
export function markHref(mark: AxisMark): string | null {
  if (mark.kind === 'deployment' && mark.id.startsWith('run-') && mark.refersTo) return paths.deployment(mark.refersTo)
  if ((mark.kind === 'crash' || mark.kind === 'life') && mark.refersTo) return paths.crash(mark.refersTo)
  if (mark.kind === 'alert' && mark.refersTo) return paths.alert(mark.refersTo)
  if (mark.kind === 'health' && mark.serviceId) return paths.service(mark.serviceId, 'health')
  if (mark.kind === 'config') return paths.configs()
  return mark.serviceId ? paths.service(mark.serviceId, 'events') : null
}

export type Tone = 'info' | 'good' | 'warning' | 'error' | 'calm' | 'unknown'
const tones: Record<string, Tone> = {
  succeeded: 'good',
  running: 'good',
  ended: 'calm',
  removed: 'calm',
  cancelled: 'calm',
  unknown: 'unknown',
  crashed: 'error',
  abandoned: 'error',
  'rolled-back': 'warning',
}
export const toneOf = ({ outcome, severity }: AxisMark): Tone =>
  tones[outcome ?? ''] ?? (severity === 'info' ? 'info' : severity)

export interface Laid {
  readonly mark: AxisMark
  readonly row: number
}
const mostRows = 5

/**
 * Marks in rows, so that none covers another; `apart` is the least distance in ms. What does not fit the rows goes into the last.
 */
export function rowsOf(marks: readonly AxisMark[], to: number, apart: number): Laid[] {
  const ends: number[] = []
  return marks
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))
    .map((mark) => {
      const from = Date.parse(mark.from)
      const until = mark.until === null ? to : Date.parse(mark.until)
      const free = ends.findIndex((end) => end + apart <= from)
      const row = free >= 0 ? free : Math.min(ends.length, mostRows - 1)
      ends[row] = Math.max(until, ends[row] ?? 0)
      return { mark, row }
    })
}
