import { expect, it } from 'vitest'
import { auth } from './auth.ts'

// What declares no secret may be kept for a repeat with the same Idempotency-Key, and an anonymous caller is known by address alone.
it('declares every answer that lets its holder in as secret', () => {
  for (const operation of [auth.setup, auth.login, auth.refresh]) expect(operation.secret).toContain('accessToken')
  expect(auth.ticket.secret).toContain('ticket')
})
