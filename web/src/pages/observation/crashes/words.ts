import type { Crash } from '@wheelhouse/contract'
import { span } from '../../../ui/format/span.ts'

/** "exit code 137", or what is known instead of it. */
export const exitWords = ({ exitCode, outOfMemory }: Pick<Crash, 'exitCode' | 'outOfMemory'>): string =>
  exitCode === null ? (outOfMemory ? 'out of memory' : 'exit code unseen') : `exit code ${exitCode}`

export const ranFor = ({ startedAt, at }: Pick<Crash, 'startedAt' | 'at'>): string =>
  span(Math.max(0, Date.parse(at) - Date.parse(startedAt)))

/** "web crashed", "web crashed 5 times in 2 min". */
export function crashTitle({ service, count, firstAt, at }: Crash): string {
  if (count === 1) return `${service} crashed`
  return `${service} crashed ${count} times in ${span(Math.max(1000, Date.parse(at) - Date.parse(firstAt)))}`
}

/** The sentence that matters: what happened, and what is so now. */
export function truth(crash: Crash, now: string | null): string {
  const end = `It ended with ${exitWords(crash)}: ${crash.meaning}.`
  if (crash.again === null) return `${end} Nothing of its name has run since.`
  const later = span(Math.max(0, Date.parse(crash.again.at) - Date.parse(crash.at)))
  const how = crash.again.replaced ? 'as a new container' : 'again'
  const state = now === null || now === 'running' ? '' : ` and is ${now} now`
  return `${end} It ran ${how} ${later} later${state}.`
}
