import { isSecretKey } from './secret-key.ts'
import { anyOf, longestFirst, secretMark, spellingsOf } from './spellings.ts'

/** Shorter lines of a secret of several may well be lines of other texts, and every line of the log is searched. */
const shortestLine = 16
const DEEPEST = 8
const LONGEST = 32_768
const MOST_ENTRIES = 200

const registered = new Map<string, number>()
let pattern: RegExp | null = null

/**
 * From now on masks `value` wherever it appears in a log line, however it is written there.
 * Values under four characters are left out: masking them would shred every line. Returns the way to forget it.
 */
export function registerSecret(value: string): () => void {
  const forms = spellingsOf(value, shortestLine)
  for (const form of forms) registered.set(form, (registered.get(form) ?? 0) + 1)
  pattern = null
  let known = true
  return () => {
    if (!known) return
    known = false
    for (const form of forms) {
      const left = (registered.get(form) ?? 1) - 1
      if (left === 0) registered.delete(form)
      else registered.set(form, left)
    }
    pattern = null
  }
}

function registeredPattern(): RegExp | null {
  pattern ??= anyOf(longestFirst(registered.keys()))
  return pattern
}

const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi
const urlUser = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]*:[^\s/@]+@/gi
const assignment = /\b(password|passwd|secret|token|api[_-]?key)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"',;&]+)/gi
// A cheap look first: most lines hold none of these and must not pay for three searches.
const suspicious = /bearer|basic|:\/\/|passw|secret|token|api[_-]?key/i

/** The text without registered secrets, bearer tokens, passwords in URLs and `password=…` pairs. */
export function maskText(text: string): string {
  const known = registeredPattern()
  const kept = known ? text.replace(known, secretMark) : text
  if (!suspicious.test(kept)) return kept
  return kept
    .replace(urlUser, `$1${secretMark}@`)
    .replace(bearer, `$1 ${secretMark}`)
    .replace(assignment, (_all, name: string, sign: string) => `${name}${sign}${secretMark}`)
}

/** A JSON-safe copy with secret-looking fields and registered values masked at any depth. Never throws. */
export function maskFields(fields: Record<string, unknown>): Record<string, unknown> {
  const copy = mask(fields, 0, [])
  return typeof copy === 'object' && copy !== null ? (copy as Record<string, unknown>) : {}
}

function mask(value: unknown, depth: number, above: readonly unknown[]): unknown {
  if (typeof value === 'string') return maskText(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value)
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString()
  if (typeof value === 'function') return '[function]'
  if (typeof value !== 'object' || value === null) return value
  if (above.includes(value)) return '[circular]'
  if (depth >= DEEPEST) return '[deeper]'
  const path = [...above, value]
  if (value instanceof Error) return maskError(value, depth, path)
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((item: unknown) => mask(item, depth + 1, path))
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof Map) return maskEntries(value.entries(), depth, path)
  if (value instanceof Set) return mask([...value], depth, above)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  return maskObject(value, depth, path)
}

function maskObject(value: object, depth: number, path: readonly unknown[]): unknown {
  try {
    if ('toJSON' in value && typeof value.toJSON === 'function') return mask(value.toJSON(), depth + 1, path)
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? maskText(error.message) : 'toJSON'}]`
  }
  return maskEntries(readable(value), depth, path)
}

function* readable(value: object): Generator<[string, unknown]> {
  for (const key of Object.keys(value)) {
    try {
      yield [key, (value as Record<string, unknown>)[key]]
    } catch {
      yield [key, '[unreadable]']
    }
  }
}

function maskEntries(entries: Iterable<[unknown, unknown]>, depth: number, path: readonly unknown[]): object {
  const copy: Record<string, unknown> = {}
  let left = MOST_ENTRIES
  for (const [rawKey, item] of entries) {
    if (left-- === 0) break
    const key = String(rawKey)
    const open = item === null || item === undefined || typeof item === 'boolean'
    copy[key] = !open && isSecretKey(key) ? secretMark : mask(item, depth + 1, path)
  }
  return copy
}

function maskError(error: Error, depth: number, path: readonly unknown[]): object {
  const own = maskEntries(readable(error), depth, path)
  const cause = error.cause === undefined ? {} : { cause: mask(error.cause, depth + 1, path) }
  const stack = typeof error.stack === 'string' ? { stack: maskText(error.stack) } : {}
  return { type: error.name, message: maskText(error.message), ...own, ...stack, ...cause }
}
