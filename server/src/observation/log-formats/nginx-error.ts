import type { LogLevel } from '@wheelhouse/contract'
import { pathOf } from './access.ts'
import { unquoted } from './common-log.ts'
import type { Fields, ParsedLine } from './parsed-line.ts'
import { isoTime } from './told-time.ts'

const form = /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[([a-z]+)\] (\d+)#(\d+): (?:\*(\d+) )?/
const levels: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  error: 'error',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
}
const names = ['client', 'server', 'request', 'upstream', 'host', 'referrer'] as const

/** The error log of nginx: `2026/11/20 10:00:00 [error] 31#31: *1 connect() failed …, client: 1.2.3.4, server: _, request: "GET / HTTP/1.1"`. */
export function nginxError(text: string): ParsedLine | null {
  const [head, time = '', level = '', pid, , connection] = form.exec(text) ?? []
  if (head === undefined || levels[level] === undefined) return null
  const fields: Fields = { pid: Number(pid) }
  if (connection !== undefined) fields.connection = Number(connection)
  let message = text.slice(head.length)
  // What nginx adds stands at the end; its own words may hold a comma too.
  let end = message.length
  for (const name of names.toReversed()) {
    const mark = `, ${name}: `
    const at = message.lastIndexOf(mark, end)
    if (at < 0) continue
    fields[name] = unquoted(message.slice(at + mark.length, end))
    end = at
  }
  message = message.slice(0, end)
  const [, method, uri] = /^([A-Z]{2,20}) (\S+)/.exec(typeof fields.request === 'string' ? fields.request : '') ?? []
  if (method !== undefined) fields.method = method
  const path = pathOf(uri ?? null)
  if (path !== null) fields.path = path
  return { format: 'nginx-error', level: levels[level] ?? null, at: isoTime(time), message, fields, access: null }
}
