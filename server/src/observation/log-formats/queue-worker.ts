import type { LogLevel } from '@wheelhouse/contract'
import type { Fields, ParsedLine } from './parsed-line.ts'
import { isoTime } from './told-time.ts'

const columns =
  /^ {1,4}(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S{1,300}) \.{2,400}(?: ([\d.]{1,12})(ms|s|m))? (RUNNING|DONE|FAIL)\s*$/
const minutes = /^ {1,4}(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S{1,300}) \.{2,400} (\d{1,4})m (\d{1,2})s (DONE|FAIL)\s*$/
const older =
  /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\](?:\[([\w-]{1,80})\])? (Processing|Processed|Failed): {1,8}(\S{1,300})\s*$/
const own =
  /^ {1,4}(INFO|WARN|ERROR) {2}(Processing jobs from the \[[^\]]{1,200}\] queues?\.?|.{0,40}\b(?:queue|worker|Horizon)\b.{0,200})\s*$/i
const factors: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
const states: Readonly<Record<string, string>> = {
  RUNNING: 'running',
  DONE: 'done',
  FAIL: 'failed',
  Processing: 'running',
  Processed: 'done',
  Failed: 'failed',
}

function jobLine(time: string, job: string, word: string, durationMs: number | null, id?: string): ParsedLine {
  const state = states[word] ?? word
  const level: LogLevel = state === 'failed' ? 'error' : 'info'
  const fields: Fields = { job, state, ...(durationMs === null ? {} : { durationMs }), ...(id ? { jobId: id } : {}) }
  const took = durationMs === null ? '' : ` ${Math.round(durationMs)} ms`
  return { format: 'queue-worker', level, at: isoTime(time), message: `${job} ${state}${took}`, fields, access: null }
}

/** Workers of Laravel's queues, of today (`App\Jobs\Mail ..... 51.12ms DONE`) and before (`[…][id] Processed: App\Jobs\Mail`). */
export function queueWorker(text: string): ParsedLine | null {
  const [, time, job, amount, unit, word] = columns.exec(text) ?? []
  if (time !== undefined) {
    const took = amount === undefined ? null : Math.round(Number(amount) * factors[unit ?? 'ms']! * 100) / 100
    return jobLine(time, job!, word!, took !== null && Number.isFinite(took) ? took : null)
  }
  const [, longTime, longJob, whole, seconds, longWord] = minutes.exec(text) ?? []
  if (longTime !== undefined) {
    return jobLine(longTime, longJob!, longWord!, (Number(whole) * 60 + Number(seconds)) * 1_000)
  }
  const [, olderTime, id, olderWord, olderJob] = older.exec(text) ?? []
  if (olderTime !== undefined) return jobLine(olderTime, olderJob!, olderWord!, null, id)
  const [, level = '', message] = own.exec(text) ?? []
  if (message === undefined) return null
  const said = level.toUpperCase()
  return {
    format: 'queue-worker',
    level: said === 'ERROR' ? 'error' : said === 'WARN' ? 'warn' : 'info',
    at: null,
    message,
    fields: {},
    access: null,
  }
}
