import type { ProcessSpec } from '@wheelhouse/driver'
import { signalOfExitCode } from './signals.ts'

/** So many unasked ends without a good run between them are a crash loop. */
const loopThreshold = 5

export interface Ending {
  /** null when nobody could write it down. */
  readonly code: number | null
  /** A better reason than the code, such as a program that was not found. */
  readonly why: string | null
}

export type Verdict =
  | { readonly next: 'rest'; readonly failed: boolean; readonly reason: string }
  | { readonly next: 'retry'; readonly delayMs: number; readonly looping: boolean; readonly reason: string }

/** A run this long was a good one: the back-off starts anew. */
export const goodRunMs = (restart: ProcessSpec['restart']): number =>
  Math.min(Math.max(restart.maxDelayMs, 10_000), 600_000)

/** What to do about an end nobody asked for. `crashes` are the times of all since the last good run, this one included. */
export function judge(restart: ProcessSpec['restart'], crashes: readonly string[], ending: Ending): Verdict {
  const said = describeEnding(ending)
  const count = crashes.length
  const wanted =
    restart.policy === 'no' ? false : restart.policy === 'on-failure' ? ending.code !== 0 || ending.why !== null : true
  if (!wanted) return { next: 'rest', failed: ending.code !== 0 || ending.why !== null, reason: said }
  if (restart.maxRetries !== null && count > restart.maxRetries) {
    return {
      next: 'rest',
      failed: true,
      reason: `${said}; given up after ${times(restart.maxRetries, 'retry')}. Start it again when it is mended`,
    }
  }
  const delayMs = Math.min(
    restart.delayMs * 2 ** Math.min(count - 1, 30),
    Math.max(restart.maxDelayMs, restart.delayMs),
  )
  const looping = count >= loopThreshold
  const span = Date.parse(crashes.at(-1) ?? '') - Date.parse(crashes[0] ?? '')
  const often = count > 1 ? `, ${count} times in ${duration(span)}` : ''
  return { next: 'retry', delayMs, looping, reason: `${said}${often}; next try in ${duration(delayMs)}` }
}

export function describeEnding(ending: Ending): string {
  if (ending.why !== null) return ending.why
  if (ending.code === null) return 'Ended; its exit code was not recorded'
  if (ending.code === 0) return 'Finished with code 0'
  const signal = signalOfExitCode(ending.code)
  return signal ? `Ended by ${signal} (code ${ending.code})` : `Exited with code ${ending.code}`
}

const times = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/y$/, 'ies')}`

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
