import { createHash } from 'node:crypto'

/**
 * What binds a run to the plan that was shown. It is answered to whoever plans and has no key: nothing secret may go into it, for a
 * short password could be found by trying.
 */
export const planDigest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
