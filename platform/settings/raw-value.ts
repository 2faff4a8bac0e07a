import type { z } from 'zod'

/** A value as one source has it. Text from a flag or a variable is not typed yet; a file's value is. */
export interface RawValue {
  readonly value: unknown
  readonly isText: boolean
  /** How a problem line names the place: `--port`, `PORT` or `settings.yaml:3:7`. */
  readonly where: string
}

/** What a text may stand for, the text itself first: the schema decides which reading is meant. */
function* readings(text: string): Generator {
  yield text
  const trimmed = text.trim()
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed)) yield Number(trimmed)
  if (/^(true|yes|on|1)$/i.test(trimmed)) yield true
  if (/^(false|no|off|0)$/i.test(trimmed)) yield false
  if (/^[[{]/.test(trimmed)) {
    try {
      yield JSON.parse(trimmed)
    } catch {
      // Then it is no JSON, and the other readings stand.
    }
  }
  yield trimmed === '' ? [] : trimmed.split(',').map((part) => part.trim())
}

/** The typed value, or the reason why the schema takes no reading of it. */
export function readValue(schema: z.ZodType, raw: RawValue): { value: unknown } | { reason: string } {
  const candidates = raw.isText && typeof raw.value === 'string' ? readings(raw.value) : [raw.value]
  let reason = ''
  for (const candidate of candidates) {
    const result = schema.safeParse(candidate)
    if (result.success) return { value: result.data }
    // The reading that got furthest says most: "expected number to be <= 65535" rather than "expected number".
    const [issue] = result.error.issues
    if (issue && (reason === '' || issue.code !== 'invalid_type'))
      reason = Array.isArray(candidate) && reason !== '' ? reason : plain(issue)
  }
  return { reason }
}

function plain(issue: z.core.$ZodIssue): string {
  const path = issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  return path + issue.message.replace(/^Invalid (?:input|option|string): /, '').replace(/^Invalid /, 'not a fitting ')
}

/** True where the schema takes true and false and no word: its flag needs no value. */
export function isSwitch(schema: z.ZodType): boolean {
  return schema.safeParse(true).success && schema.safeParse(false).success && !schema.safeParse('a word').success
}
