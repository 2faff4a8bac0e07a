import { commonTime } from './told-time.ts'

/** The head that nginx, Apache, Traefik and Caddy share: `1.2.3.4 - mara [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 12`. */
export interface CommonHead {
  readonly remote: string
  readonly user: string | null
  readonly at: number | null
  readonly method: string | null
  readonly uri: string | null
  readonly protocol: string | null
  readonly status: number
  readonly bytes: number | null
  /** What stands behind it. */
  readonly rest: string
}

const start = /^(\S{1,255}) (\S{1,255}) ([^[\]]{1,255}) \[([^\]]{20,40})\] "/
const numbers = /^ (\d{3}) (\d{1,15}|-)/
const request = /^([A-Z][A-Z_-]{1,19}) (\S+)(?: (HTTP\/[\d.]+))?$/

export const told = (text: string | undefined): string | null =>
  text === undefined || text === '-' || text === '' ? null : text

/** Where a quoted text ends that begins at `from`; a backslash takes the next sign with it. -1 where it does not end. */
export function endOfQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

export function commonHead(text: string): CommonHead | null {
  const head = start.exec(text)
  if (head === null) return null
  const from = head[0].length
  const end = endOfQuote(text, from)
  if (end < 0) return null
  const rest = text.slice(end + 1)
  const behind = numbers.exec(rest)
  if (behind === null) return null
  const [, method, uri, protocol] = request.exec(text.slice(from, end)) ?? []
  return {
    remote: head[1]!,
    user: told(head[3]),
    at: commonTime(head[4]!),
    method: told(method),
    uri: told(uri),
    protocol: told(protocol),
    status: Number(behind[1]),
    bytes: behind[2] === '-' ? null : Number(behind[2]),
    rest: rest.slice(behind[0].length),
  }
}

/** What stands behind the head is a few names, times and addresses. */
const mostSigns = 4_096

/** The parts of a text between blanks: `"a text"`, `[a name]`, `key="a text"` each are one. */
export function partsOf(whole: string, most = 40): string[] {
  const parts: string[] = []
  const text = whole.slice(0, mostSigns)
  for (let at = 0; at < text.length && parts.length < most;) {
    if (text[at] === ' ' || text[at] === ',') {
      at++
      continue
    }
    const from = at
    while (at < text.length && text[at] !== ' ' && text[at] !== ',') {
      const closing = text[at] === '"' ? endOfQuote(text, at + 1) : text[at] === '[' ? text.indexOf(']', at) : at
      at = (closing < at ? at : closing) + 1
    }
    parts.push(text.slice(from, at))
  }
  return parts
}

export const unquoted = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
