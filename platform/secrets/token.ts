import { createHash, randomBytes } from 'node:crypto'

/** A random token of that many bytes (32 unless told), base64url. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

/** SHA-256 of a token, base64url: what is stored. Enough for random tokens, never for passwords. */
export function digestToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
