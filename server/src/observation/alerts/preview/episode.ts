import type { Trace } from '../sensing/trace.ts'

/** From one firing to its end. Times are epoch ms; `value` is the furthest it went. */
export interface Episode {
  readonly trace: Trace
  readonly firedAt: number
  endedAt: number | null
  value: number | null
}
