import type { LogLevel } from '@wheelhouse/contract'
import { levelOfStatus } from './access.ts'
import { withoutColours } from './colours.ts'
import { commonHead } from './common-log.ts'
import { jsonReading } from './json-reading.ts'
import { queueWorker } from './queue-worker.ts'
import { reverb } from './reverb.ts'

const signs = new Set(Buffer.from('0123456789:abcdef{[ \u001B'))
const longest = 16_384
const jsonHint = /"(?:level_name|status|statusCode|status_code|DownstreamStatus|res)"/

/** Whether a line that begins with this byte may have a level by its format. */
export const mayTellLevel = (firstByte: number): boolean => signs.has(firstByte)

/** The level of a line that states none by a word: what its format means by it. Cheap where there is none. */
export function formatLevel(raw: string): LogLevel | null {
  if (raw.length > longest) return null
  const text = withoutColours(raw)
  if (text[0] === '{') return jsonHint.test(text) ? (jsonReading(text.trim())?.level ?? null) : null
  if (text[0] === ' ' || text[0] === '[') return (queueWorker(text) ?? reverb(text))?.level ?? null
  return text.includes('] "') ? levelOfStatus(commonHead(text)?.status ?? null) : null
}
