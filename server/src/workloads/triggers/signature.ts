import { createHmac, timingSafeEqual } from 'node:crypto'

export const replayWindowMs = 300_000

export interface Delivery {
  readonly body: Uint8Array
  /** `sha256=<hex>`. */
  readonly signature: string | null
  /** Seconds since 1970 as it was sent; then the signed text is `<timestamp>.<body>`. */
  readonly timestamp: string | null
}

/** HMAC-SHA256 in hex of the body, or of the time and the body. */
export function sign(secret: string, { body, timestamp }: Omit<Delivery, 'signature'>): string {
  const mac = createHmac('sha256', secret)
  if (timestamp !== null) mac.update(`${timestamp}.`)
  return mac.update(body).digest('hex')
}

/** Compares in constant time; a time that is too old, or too far ahead, is refused as a wrong signature is. */
export function signatureHolds(secret: string, delivery: Delivery, now: number): boolean {
  const { signature, timestamp } = delivery
  const given = Buffer.from(/^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1]?.toLowerCase() ?? '')
  const wanted = Buffer.from(sign(secret, delivery))
  const same = given.length === wanted.length && timingSafeEqual(given, wanted)
  const fresh =
    timestamp === null || (/^\d{9,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= replayWindowMs)
  return same && fresh
}
