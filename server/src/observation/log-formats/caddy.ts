import { accessLine, pathOf } from './access.ts'
import { levelIn } from './json.ts'
import { numberIn, textIn } from './json-fields.ts'
import type { Fields, ParsedLine } from './parsed-line.ts'
import { toldTime } from './told-time.ts'

/** The access log of Caddy as JSON. Its durations are seconds. */
export function caddyJson(fields: Fields): ParsedLine | null {
  const logger = textIn(fields, 'logger')
  if (logger === null || !logger.startsWith('http.log.access')) return null
  const uri = textIn(fields, 'request.uri')
  const seconds = numberIn(fields, 'duration')
  const access = {
    method: textIn(fields, 'request.method'),
    path: pathOf(uri),
    status: numberIn(fields, 'status'),
    durationMs: seconds === null ? null : Math.round(seconds * 1e6) / 1e3,
    bytes: numberIn(fields, 'size'),
    host: textIn(fields, 'request.host'),
    remote: textIn(fields, 'request.client_ip', 'request.remote_ip', 'request.remote_addr'),
  }
  const own = levelIn(fields)
  const level = own === 'info' ? null : own
  return accessLine('caddy', access, { at: toldTime(fields.ts), level, fields, uri })
}
