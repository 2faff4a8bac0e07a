import { isSecretKey } from '@wheelhouse/platform/log'
import { isIPv4 } from 'node:net'
import { type JsonSchema, propertyOf } from './secret-keys.ts'
import type { SchemaRemark } from './schema-check.ts'

const environments = ['development', 'staging', 'production']
const credentials = new Set(['DB_USERNAME', 'DB_PASSWORD'])
const lowestPort = 1024
const highestPort = 65_535

export interface RuleRemark extends SchemaRemark {
  /** Another key that the rule is about too; its line is told. */
  readonly beside?: string
}

type Values = Readonly<Record<string, string>>
const isPort = (value: string): boolean =>
  /^\d{1,5}$/.test(value) && Number(value) >= lowestPort && Number(value) <= highestPort

/** The host that a port is on: the value of `REVERB_HOST` or `REVERB_IP` for `REVERB_PORT`; without one, this machine. */
function hostOf(key: string, values: Values): string {
  const prefix = key.replace(/_?PORT$/i, '')
  const host = values[`${prefix}_HOST`] ?? values[`${prefix}_IP`] ?? ''
  return /^(|localhost|127[.].*|0[.]0[.]0[.]0|::1)$/.test(host) ? '' : host
}

/** A keyword of the schema about this very value outranks the rule of the house on the same matter. */
const says = (schema: JsonSchema | null, key: string, ...keywords: string[]): boolean =>
  keywords.some((keyword) => propertyOf(schema, key)[keyword] !== undefined)

/** Rules that hold without any schema, told by the names of values. */
export function checkHouseRules(
  values: Values,
  schema: JsonSchema | null,
  isMasked: (key: string) => boolean,
): RuleRemark[] {
  const remarks: RuleRemark[] = []
  const taken = new Map<string, string>()
  for (const [key, value] of Object.entries(values)) {
    const name = key.toUpperCase()
    if (isMasked(key)) continue
    if (
      /^(.+_)?ENVIRONMENT$/.test(name) &&
      !says(schema, key, 'enum', 'const', 'pattern') &&
      !environments.includes(value)
    )
      remarks.push({ key, rule: `must be one of ${environments.join(', ')}` })
    if (/^(.+_)?IP$/.test(name) && !says(schema, key, 'format', 'pattern', 'enum') && !isIPv4(value))
      remarks.push({ key, rule: 'must be an IPv4 address such as 192.168.1.10' })
    if (/^(.+_)?PORT$/.test(name)) {
      if (!says(schema, key, 'minimum', 'maximum', 'enum', 'const') && !isPort(value))
        remarks.push({ key, rule: `must be a port from ${lowestPort} to ${highestPort}` })
      else if (value !== '') {
        const place = `${hostOf(key, values)}:${Number(value)}`
        const first = taken.get(place)
        if (first !== undefined)
          remarks.push({ key, beside: first, rule: `must differ from ${first}: both are on one host` })
        else taken.set(place, key)
      }
    }
    const credential = credentials.has(name) || isSecretKey(key)
    if (credential && value === '' && !says(schema, key, 'minLength')) remarks.push({ key, rule: 'must not be empty' })
  }
  return remarks
}
