import type { Fields, FieldValue } from './parsed-line.ts'

const mostFields = 100
const deepest = 5
const longestValue = 2_000

/** What a line of JSON holds; null where it is none, or holds no object. */
export function jsonOf(text: string): Record<string, unknown> | null {
  if (text[0] !== '{' || text.at(-1) !== '}') return null
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Nested objects as names with dots; lists of plain values as one text. Without a prototype, as any name may come. */
export function flat(object: Record<string, unknown>): Fields {
  const fields = Object.create(null) as Fields
  let count = 0
  const walk = (value: Record<string, unknown>, prefix: string, depth: number): void => {
    for (const name in value) {
      if (count >= mostFields) return
      const inner = value[name]
      const key = prefix + name
      if (isObject(inner) && depth < deepest) walk(inner, `${key}.`, depth + 1)
      else {
        fields[key] = plainValue(inner)
        count++
      }
    }
  }
  walk(object, '', 1)
  return fields
}

function plainValue(value: unknown): FieldValue {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.slice(0, longestValue)
  // One header may come several times: a list of one is its value.
  if (Array.isArray(value) && value.length === 1 && !isObject(value[0])) return plainValue(value[0])
  try {
    return JSON.stringify(value)?.slice(0, longestValue) ?? null
  } catch {
    // Nested so deep that it can be read and not be written.
    return null
  }
}

/** The first of these fields that is there, as text. */
export function textIn(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return null
}

/** The first of these fields that is a number, or a text of nothing but one. */
export function numberIn(fields: Fields, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value === 'string' && /^-?\d{1,15}(\.\d{1,12})?$/.test(value)) return Number(value)
  }
  return null
}
