import type { LogLevel } from '@wheelhouse/contract'
import { flat, jsonOf, textIn } from './json-fields.ts'
import type { Fields, ParsedLine } from './parsed-line.ts'
import { isoTime, toldTime } from './told-time.ts'

const levels: Readonly<Record<string, LogLevel>> = {
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
  ALERT: 'fatal',
  EMERGENCY: 'fatal',
}
const head = /^\[(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\]]{0,20})\] ([\w-]{1,60})\.([A-Z]{4,9}): ?/
const thrown = /\[object\] \(([\w\\]{1,200})\(code: ([\w-]{1,20})\)/
/** How far into a line its context is looked for; what comes later is part of the message. */
const nearest = 4_000

function exceptionIn(text: string): Fields {
  const [, name, code] = thrown.exec(text.slice(0, nearest)) ?? []
  return name === undefined
    ? {}
    : { exception: name.replaceAll('\\\\', '\\'), ...(code === '0' ? {} : { code: code! }) }
}

/** Without the ` [] []` of a context and extra fields that are empty. */
function withoutEmpty(text: string): string {
  let body = text.trimEnd()
  for (let turns = 0; turns < 2 && (body.endsWith(' []') || body.endsWith(' {}')); turns++) body = body.slice(0, -3)
  return body
}

/** `[2026-11-20 10:00:00] production.ERROR: words {"context":1} []`; a context that goes on in further lines is told as far as it is there. */
export function laravelClassic(text: string): ParsedLine | null {
  const [start, time = '', channel = '', word = ''] = head.exec(text) ?? []
  if (start === undefined || levels[word] === undefined) return null
  const body = withoutEmpty(text.slice(start.length))
  const from = body.slice(0, nearest).search(/(?:^| )\{"/)
  const context = from < 0 ? null : jsonOf(body.slice(from).trim())
  const message = from < 0 ? body : body.slice(0, from)
  return {
    format: 'laravel',
    level: levels[word] ?? null,
    at: isoTime(time),
    message,
    fields: { ...(context === null ? {} : flat(context)), ...exceptionIn(body), channel },
    access: null,
  }
}

/** What Monolog's JsonFormatter writes. */
export function laravelJson(fields: Fields): ParsedLine | null {
  const { level_name: word, channel } = fields
  if (typeof word !== 'string' || typeof channel !== 'string' || levels[word] === undefined) return null
  const exception = textIn(fields, 'context.exception.class')
  return {
    format: 'laravel',
    level: levels[word] ?? null,
    at: toldTime(fields.datetime) ?? toldTime(fields['datetime.date']),
    message: textIn(fields, 'message') ?? '',
    fields: exception === null ? fields : { ...fields, exception },
    access: null,
  }
}
