import { accessLine, pathOf } from './access.ts'
import { commonHead, partsOf, told, unquoted } from './common-log.ts'
import type { Fields, ParsedLine } from './parsed-line.ts'

/** How people call the times in their `log_format`. */
const requestTimes = new Set(['rt', 'request_time', 'time', 'reqtime', 'duration'])
const upstreamTimes = new Set(['urt', 'ut', 'uht', 'uct', 'upstream_response_time', 'upstream_time'])
const seconds = /^\d+\.\d{3}$/
const pair = /^([A-Za-z_]\w{0,63})=(.*)$/

/** Several servers that were tried one after the other are one time. */
function sumOf(text: string): number | null {
  const tries = text.split(/[\s,:]+/).filter((one) => seconds.test(one))
  return tries.length === 0 ? null : tries.reduce((sum, one) => sum + Number(one), 0)
}
const ms = (value: number | null): number | null => (value === null ? null : Math.round(value * 1e6) / 1e3)

/**
 * nginx, and Apache, in the format "combined" and "common", with what people add to it: `rt=0.012 urt="0.010"`, bare times, an
 * X-Forwarded-For in quotation marks, and what ingress-nginx writes.
 */
export function nginxAccess(text: string): ParsedLine | null {
  const head = commonHead(text)
  if (head === null) return null
  const { remote, user, at, method, uri, protocol, status, bytes, rest } = head
  const parts = partsOf(rest)
  const fields: Fields = {}
  const quoted = parts.filter((part) => part.startsWith('"')).map((part) => told(unquoted(part)))
  const [referer, agent, forwarded] = quoted
  let requestS: number | null = null
  let upstreamS: number | null = null
  for (const part of parts) {
    const [, name, raw] = pair.exec(part) ?? []
    if (name !== undefined && raw !== undefined) {
      const value = unquoted(raw)
      if (requestTimes.has(name)) requestS ??= sumOf(value)
      else if (upstreamTimes.has(name) && name !== 'uct' && name !== 'uht') upstreamS ??= sumOf(value)
      if (told(value) !== null) fields[name] = /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
    } else if (part.startsWith('[') && part.length > 2) fields.upstream ??= part.slice(1, -1)
    else if (seconds.test(unquoted(part))) {
      const value = Number(unquoted(part))
      if (requestS === null) requestS = value
      else upstreamS ??= value
    }
  }
  const extra: readonly (readonly [string, string | number | null | undefined])[] = [
    ['user', user],
    ['protocol', protocol],
    ['referer', referer],
    ['agent', agent],
    ['forwardedFor', forwarded],
    ['upstreamMs', ms(upstreamS)],
  ]
  for (const [name, value] of extra) if (value !== null && value !== undefined) fields[name] = value
  if (uri !== null && uri.includes('?')) fields.uri = uri
  const access = {
    method,
    path: pathOf(uri),
    status,
    durationMs: ms(requestS ?? upstreamS),
    bytes,
    host: null,
    remote,
  }
  return accessLine('nginx-access', access, { at, fields, uri })
}
