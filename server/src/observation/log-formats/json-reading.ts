import { caddyJson } from './caddy.ts'
import { jsonLine } from './json.ts'
import { flat, jsonOf } from './json-fields.ts'
import { laravelJson } from './laravel.ts'
import type { ParsedLine } from './parsed-line.ts'
import { traefikJson } from './traefik.ts'

/** A line of JSON, whoever wrote it. */
export function jsonReading(text: string): ParsedLine | null {
  const object = jsonOf(text)
  if (object === null) return null
  const fields = flat(object)
  return laravelJson(fields) ?? traefikJson(fields) ?? caddyJson(fields) ?? jsonLine(fields, text)
}
