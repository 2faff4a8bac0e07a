import { type auth, Failure } from '@wheelhouse/contract'
import { digestToken, randomToken } from '@wheelhouse/platform/secrets'
import type { Caller } from '../../dispatch/caller.ts'
import type { Handler } from '../../dispatch/handler.ts'
import { requireUser } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'
import type { Callers, Visitor } from './callers.ts'

const ticketMs = 30_000

interface Issued {
  readonly caller: Caller
  readonly until: number
}

const keyOf = (ticket: string): string => `identity/ticket/${digestToken(ticket)}`

/** A browser cannot send a header with a WebSocket, and a token does not belong in a URL: a ticket is worth nothing afterwards. */
export const issueTicket =
  (room: AuthRoom): Handler<typeof auth.ticket> =>
  async (_input, { caller }) => {
    const ticket = randomToken(32)
    const issued: Issued = { caller: requireUser(caller), until: room.clock() + ticketMs }
    await room.state.set(keyOf(ticket), issued, ticketMs)
    return { ticket, expiresInMs: ticketMs }
  }

/** What the caller may do is looked up anew: it may have changed since the ticket was given. */
export async function redeemTicket(
  room: AuthRoom,
  callers: Callers,
  ticket: string,
  visitor: Visitor,
): Promise<Caller> {
  const issued = await room.state.take<Issued>(keyOf(ticket))
  if (!issued || issued.until <= room.clock()) {
    throw new Failure('UNAUTHENTICATED', 'The ticket is unknown, used or older than 30 s. Ask for a new one.')
  }
  const { face, ip, userAgent } = visitor
  const caller = await callers.stillValid({ ...issued.caller, face, ip, userAgent })
  if (!caller) throw new Failure('SESSION_ENDED')
  return caller
}
