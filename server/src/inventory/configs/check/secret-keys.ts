import { isSecretKey } from '@wheelhouse/platform/log'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface PropertySchema {
  readonly description?: unknown
  readonly writeOnly?: unknown
  readonly format?: unknown
  readonly [keyword: string]: unknown
}

/** What the schema says of one value; empty when it says nothing. */
export function propertyOf(schema: JsonSchema | null, key: string): PropertySchema {
  const properties = schema?.properties
  if (typeof properties !== 'object' || properties === null || !Object.hasOwn(properties, key)) return {}
  const property = (properties as Record<string, unknown>)[key]
  return typeof property === 'object' && property !== null ? (property as PropertySchema) : {}
}

/** A value is secret when its set lists it, when the schema says so, or when its name does. */
export function isSecret(key: string, listed: ReadonlySet<string>, schema: JsonSchema | null): boolean {
  const { writeOnly, format } = propertyOf(schema, key)
  return listed.has(key) || writeOnly === true || format === 'password' || isSecretKey(key)
}

export const secretKeysOf = (
  keys: Iterable<string>,
  listed: readonly string[],
  schema: JsonSchema | null,
): ReadonlySet<string> => {
  const set = new Set(listed)
  return new Set([...keys].filter((key) => isSecret(key, set, schema)))
}
