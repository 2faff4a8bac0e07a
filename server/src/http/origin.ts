import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a browser on another site sent this. Requests without an Origin come from programs, not from pages.
 * `allowed` lists further origins, such as https://ops.example.org.
 */
export function foreignOrigin(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const origin = headers.origin
  if (origin === undefined) return headers['sec-fetch-site'] === 'cross-site'
  if (allowed.includes(origin)) return false
  try {
    return new URL(origin).host !== headers.host
  } catch {
    return true
  }
}
