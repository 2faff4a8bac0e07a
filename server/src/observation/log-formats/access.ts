import type { LogLevel } from '@wheelhouse/contract'
import type { Access, Fields, LogFormat, ParsedLine } from './parsed-line.ts'

/** What an answer means for people: the server failed, the client asked for what is not there, or all is well. */
export function levelOfStatus(status: number | null): LogLevel | null {
  if (status === null) return null
  return status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info'
}

/** The path without its query; `http://host/path` is the path too. */
export function pathOf(uri: string | null): string | null {
  if (uri === null) return null
  const query = uri.search(/[?#]/)
  const bare = query < 0 ? uri : uri.slice(0, query)
  const scheme = /^https?:\/\/[^/]*/.exec(bare)?.[0]
  return scheme === undefined ? bare : bare.slice(scheme.length) || '/'
}

export const noAccess: Access = {
  method: null,
  path: null,
  status: null,
  durationMs: null,
  bytes: null,
  host: null,
  remote: null,
}

/** A line about a request. Its fields are those told and those of the request, under the names that every format shares. */
export function accessLine(
  format: LogFormat,
  access: Access,
  { at, level, fields, uri }: { at: number | null; level?: LogLevel | null; fields?: Fields; uri?: string | null },
): ParsedLine {
  const shared = Object.entries(access).filter(([, value]) => value !== null)
  const { method, status, durationMs, path } = access
  const took =
    durationMs === null ? null : `${durationMs < 10 ? Math.round(durationMs * 100) / 100 : Math.round(durationMs)} ms`
  return {
    format,
    level: level ?? levelOfStatus(status),
    at,
    message: [method, uri ?? path, status, took].filter((part) => part !== null).join(' '),
    fields: { ...fields, ...Object.fromEntries(shared) },
    access,
  }
}
