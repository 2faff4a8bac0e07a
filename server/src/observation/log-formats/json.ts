import type { LogLevel } from '@wheelhouse/contract'
import { detectLevel } from '@wheelhouse/driver'
import { accessLine, pathOf } from './access.ts'
import { numberIn, textIn } from './json-fields.ts'
import type { Access, Fields, ParsedLine } from './parsed-line.ts'
import { toldTime } from './told-time.ts'

const times = ['time', 'timestamp', '@timestamp', 'ts', 'datetime', 'date', 'at', 't', 'asctime', 'eventTime'] as const
const messages = ['message', 'msg', 'log', 'event', 'text', 'short_message', 'error', 'err.message', 'MESSAGE'] as const
const levels = [
  'level',
  'severity',
  'lvl',
  'levelname',
  'level_name',
  'log.level',
  'loglevel',
  'severity_text',
] as const

/** `level: 30` and `level: "WARN"` alike; null where the fields tell none. */
export function levelIn(fields: Fields): LogLevel | null {
  for (const name of levels) {
    const value = fields[name]
    if (typeof value === 'string' && /^[A-Za-z]{3,11}$/.test(value)) return detectLevel(`level=${value}`)
    if (typeof value === 'number') return detectLevel(`{"level":${value}}`)
  }
  return null
}

/** A request as loggers of many kinds tell it; null where there is neither a method with its path nor a status with either. */
export function accessIn(fields: Fields): { access: Access; uri: string | null } | null {
  const method = textIn(
    fields,
    'method',
    'request_method',
    'req.method',
    'request.method',
    'http.request.method',
    'http.method',
    'verb',
  )
  const uri = textIn(
    fields,
    'uri',
    'request_uri',
    'url',
    'req.url',
    'request.uri',
    'request.url',
    'http.target',
    'http.url',
    'url.path',
    'path',
    'request_path',
  )
  const status = numberIn(
    fields,
    'status',
    'statusCode',
    'status_code',
    'res.statusCode',
    'response.status',
    'http.response.status_code',
    'http.status_code',
    'code',
  )
  const isMethod = method !== null && /^[A-Z]{2,20}$/i.test(method)
  if (!isMethod || uri === null || (status !== null && (status < 100 || status > 599))) return null
  // Whoever names no unit means seconds, as nginx does; the rest say what they mean.
  const inSeconds = numberIn(
    fields,
    'request_time',
    'upstream_response_time',
    'duration_s',
    'elapsed_seconds',
    'duration_seconds',
  )
  const inMs = numberIn(
    fields,
    'durationMs',
    'duration_ms',
    'responseTime',
    'response_time_ms',
    'elapsed_ms',
    'elapsedMs',
    'latency_ms',
    'took_ms',
  )
  const access: Access = {
    method: method.toUpperCase(),
    path: pathOf(uri),
    status,
    durationMs: inMs ?? (inSeconds === null ? null : Math.round(inSeconds * 1e6) / 1e3),
    bytes: numberIn(fields, 'body_bytes_sent', 'bytes_sent', 'bytes', 'responseSize', 'response_bytes', 'size'),
    host: textIn(fields, 'host', 'http_host', 'request.host', 'req.headers.host', 'server_name'),
    remote: textIn(
      fields,
      'remote_addr',
      'remote',
      'client_ip',
      'clientIp',
      'remoteAddress',
      'req.remoteAddress',
      'ip',
      'remote_ip',
    ),
  }
  return { access, uri }
}

/** Any object as a line of JSON. */
export function jsonLine(fields: Fields, text: string): ParsedLine {
  const at = times.reduce<number | null>((found, name) => found ?? toldTime(fields[name]), null)
  const level = levelIn(fields)
  const message = textIn(fields, ...messages)
  const request = accessIn(fields)
  if (request !== null) {
    const line = accessLine('json', request.access, { at, level, fields, uri: request.uri })
    return message === null ? line : { ...line, message: `${message} ${line.message}` }
  }
  return { format: 'json', level, at, message: message ?? text, fields, access: null }
}
