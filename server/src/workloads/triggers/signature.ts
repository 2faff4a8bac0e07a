import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Exchange } from '../../dispatch/index.ts'

export const replayWindowMs = 300_000

export interface Delivery {
  readonly body: Uint8Array
  /** `sha256=<hex>`. */
  readonly signature: string | null
  /** Seconds since 1970 as it was sent; then the signed text is `<timestamp>.<body>`. */
  readonly timestamp: string | null
  /** The secret itself, as GitLab sends it. Counts where nothing is signed. */
  readonly token: string | null
  /** What its sender calls it, the same each time it is sent; null where it has no name. */
  readonly name: string | null
}

/** What a request holds of a delivery, from whichever host of code it came. */
export function deliveryOf({ rawBody, header }: Pick<Exchange, 'rawBody' | 'header'>): Delivery {
  const body = rawBody ?? new Uint8Array()
  // Bitbucket signs in the last of these; GitHub sends SHA-1 in it, beside the better one.
  const signature = header('x-wheelhouse-signature') ?? header('x-hub-signature-256') ?? header('x-hub-signature')
  const token = signature === null ? header('x-gitlab-token') : null
  // GitLab gives the pushes that one push led to the same name: its body tells them apart.
  const event = header('x-gitlab-event-uuid')
  const name =
    header('x-github-delivery') ||
    header('idempotency-key') ||
    header('x-request-uuid') ||
    (event ? `${event} ${createHash('sha256').update(body).digest('base64url')}` : null)
  return { body, signature, timestamp: token === null ? header('x-wheelhouse-timestamp') : null, token, name }
}

/** HMAC-SHA256 in hex of the body, or of the time and the body. */
export function sign(secret: string, { body, timestamp }: Pick<Delivery, 'body' | 'timestamp'>): string {
  const mac = createHmac('sha256', secret)
  if (timestamp !== null) mac.update(`${timestamp}.`)
  return mac.update(body).digest('hex')
}

/** Compares in constant time; a time that is too old, or too far ahead, is refused as a wrong signature is. */
export function deliveryHolds(secret: string, delivery: Delivery, now: number): boolean {
  const { signature, timestamp, token } = delivery
  // Of a digest both have the same length, so not even that of the secret shows.
  if (token !== null) return timingSafeEqual(digest(token), digest(secret))
  const given = Buffer.from(/^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1]?.toLowerCase() ?? '')
  const wanted = Buffer.from(sign(secret, delivery))
  const same = given.length === wanted.length && timingSafeEqual(given, wanted)
  const fresh =
    timestamp === null || (/^\d{9,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= replayWindowMs)
  return same && fresh
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
