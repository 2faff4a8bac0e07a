import type { LogLine } from '@wheelhouse/contract'
import { formatLevel } from './format-level.ts'
import { jsonReading } from './json-reading.ts'
import { withoutColours } from './colours.ts'
import { laravelClassic } from './laravel.ts'
import { logfmt } from './logfmt.ts'
import { nginxAccess } from './nginx-access.ts'
import { nginxError } from './nginx-error.ts'
import type { ParsedLine, Reading } from './parsed-line.ts'
import { plain } from './plain.ts'
import { queueWorker } from './queue-worker.ts'
import { reverb } from './reverb.ts'
import { traefikCommon } from './traefik.ts'

export { withoutColours } from './colours.ts'
export { goesOnWith, mayGoOn } from './continuation.ts'
export { formatLevel, mayTellLevel } from './format-level.ts'
export {
  type Access,
  type Fields,
  type FieldValue,
  type LogFormat,
  logFormats,
  type ParsedLine,
} from './parsed-line.ts'

/** A line longer than this is read by its beginning only. */
const longest = 65_536

/** The surest first: each of them knows its own by the first signs of a line. */
const readings: readonly Reading[] = [
  laravelClassic,
  nginxError,
  traefikCommon,
  nginxAccess,
  queueWorker,
  reverb,
  logfmt,
]

/** What a line tells, in whichever of the known formats it is. Never throws; a line of no known format is `plain`. */
export function parsedLine(text: string): ParsedLine {
  const bare = withoutColours(text.length > longest ? text.slice(0, longest) : text)
  const trimmed = bare.trim()
  if (trimmed[0] === '{') {
    const found = jsonReading(trimmed)
    if (found !== null) return found
  }
  for (const read of readings) {
    const found = read(bare)
    if (found !== null) return found
  }
  return plain(bare)
}

/** A line whose level is known as far as it tells one in any format. */
export function leveled<L extends LogLine>(line: L): L {
  if (line.level !== null || line.stream === 'system') return line
  const level = formatLevel(line.text)
  return level === null ? line : { ...line, level }
}
