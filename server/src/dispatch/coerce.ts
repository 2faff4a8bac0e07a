import type { Operation, Schema } from '@wheelhouse/contract'
import { z } from 'zod'

type Coercion = 'number' | 'boolean' | 'json'
const tables = new WeakMap<Schema, Map<string, Coercion>>()

interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

function coercionOf(schema: JsonSchema): Coercion | null {
  const options = schema.anyOf?.filter((option) => option.type !== 'null')
  const one = options?.length === 1 && options[0] ? options[0] : schema
  if (one.type === 'integer' || one.type === 'number') return 'number'
  if (one.type === 'boolean' || typeof one.const === 'boolean') return 'boolean'
  if (one.type === 'array' || one.type === 'object') return 'json'
  return null
}

function tableOf(operation: Operation): Map<string, Coercion> {
  const known = tables.get(operation.input)
  if (known) return known
  const schema = z.toJSONSchema(operation.input, { io: 'input' }) as JsonSchema
  const table = new Map<string, Coercion>()
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const coercion = coercionOf(property)
    if (coercion) table.set(name, coercion)
  }
  tables.set(operation.input, table)
  return table
}

function coerced(text: string, to: Coercion): unknown {
  if (to === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (to === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Turns the texts of a path or query into what the input asks for. What does not fit stays text, so that validation says so. */
export function coerceTexts(operation: Operation, texts: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(texts)
  if (entries.length === 0) return texts
  const table = tableOf(operation)
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const to = table.get(name)
      return [name, to && typeof value === 'string' ? coerced(value, to) : value]
    }),
  )
}
