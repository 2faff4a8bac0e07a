import { accessLine, pathOf } from './access.ts'
import { commonHead, partsOf, told, unquoted } from './common-log.ts'
import { levelIn } from './json.ts'
import { numberIn, textIn } from './json-fields.ts'
import type { Fields, ParsedLine } from './parsed-line.ts'
import { toldTime } from './told-time.ts'

/** The access log of Traefik as JSON. Its durations are nanoseconds. */
export function traefikJson(fields: Fields): ParsedLine | null {
  const status = numberIn(fields, 'DownstreamStatus', 'OriginStatus')
  const method = textIn(fields, 'RequestMethod')
  if (method === null || (status === null && !('RequestPath' in fields))) return null
  const uri = textIn(fields, 'RequestPath')
  const took = numberIn(fields, 'Duration')
  const access = {
    method,
    path: pathOf(uri),
    status,
    durationMs: took === null ? null : Math.round(took / 1e3) / 1e3,
    bytes: numberIn(fields, 'DownstreamContentSize', 'OriginContentSize'),
    host: textIn(fields, 'RequestHost', 'RequestAddr'),
    remote: textIn(fields, 'ClientHost', 'ClientAddr'),
  }
  // Its own level is that of the log, not of the request: every request is "info".
  const own = levelIn(fields)
  const level = own === 'info' || own === null ? null : own
  return accessLine('traefik', access, { at: toldTime(fields.StartUTC) ?? toldTime(fields.time), level, fields, uri })
}

/** The common log format with what Traefik adds: `"-" "-" 12 "router@docker" "http://10.0.0.2:80" 3ms`. */
export function traefikCommon(text: string): ParsedLine | null {
  if (!text.endsWith('ms')) return null
  const head = commonHead(text)
  if (head === null) return null
  const [referer = '', agent = '', count = '', router = '', server = '', took = ''] = partsOf(head.rest)
  const [, durationMs] = /^(\d{1,12})ms$/.exec(took) ?? []
  if (durationMs === undefined || !/^\d+$/.test(count)) return null
  const fields: Fields = {}
  const rest = { referer, agent, router, server, protocol: head.protocol ?? '', user: head.user ?? '' }
  for (const [name, value] of Object.entries(rest)) {
    const bare = told(unquoted(value))
    if (bare !== null) fields[name] = bare
  }
  const access = {
    method: head.method,
    path: pathOf(head.uri),
    status: head.status,
    durationMs: Number(durationMs),
    bytes: head.bytes,
    host: null,
    remote: head.remote,
  }
  return accessLine('traefik', access, { at: head.at, fields, uri: head.uri })
}
