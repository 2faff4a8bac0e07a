import { Failure } from '@wheelhouse/contract'
import type { Caller } from '../../dispatch/caller.ts'
import type { Tokens, VerifiedToken } from '../tokens/index.ts'
import type { Account } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'

/** Where a call comes from. */
export type Visitor = Pick<Caller, 'face' | 'ip' | 'userAgent'>
export interface Credentials extends Visitor {
  /** The Authorization header as it came. */
  readonly authorization: string | null
}
export interface Callers {
  authenticate(credentials: Credentials): Promise<Caller>
  stillValid(caller: Caller): Promise<Caller | null>
  actingFor(owner: Owner, visitor: Visitor): Promise<Caller | null>
}

/** Who made something that acts later: a person, or a token of theirs, beyond which it may not go. */
export interface Owner {
  readonly userId: string
  readonly tokenId: string | null
}

const anonymous = ({ face, ip, userAgent }: Visitor): Caller => ({
  kind: 'anonymous',
  userId: null,
  username: 'anonymous',
  sessionId: null,
  tokenName: null,
  tokenId: null,
  authority: null,
  face,
  ip,
  userAgent,
})

const person = (
  visitor: Visitor,
  { userId, username, role, reach, grants }: Account,
  sessionId: string | null,
): Caller => ({
  ...anonymous(visitor),
  kind: 'user',
  userId,
  username,
  sessionId,
  authority: { role, reach, grants, limits: null },
})

const bearer = (visitor: Visitor, { id, name, scopes, account }: VerifiedToken): Caller => ({
  ...anonymous(visitor),
  kind: 'token',
  userId: account.userId,
  username: account.username,
  tokenName: name,
  tokenId: id,
  authority: { role: account.role, reach: account.reach, grants: account.grants, limits: scopes },
})

export function openCallers(room: AuthRoom, tokens: Tokens): Callers {
  const signedIn = async (visitor: Visitor, userId: string, sessionId: string): Promise<Caller | null> => {
    const [open, account] = await Promise.all([room.sessions.isOpen(sessionId, userId), room.users.active(userId)])
    return open && account ? person(visitor, account, sessionId) : null
  }
  const actingFor = async ({ userId, tokenId }: Owner, visitor: Visitor): Promise<Caller | null> => {
    if (tokenId !== null) {
      const token = await tokens.stillValid(tokenId)
      return token && token.account.userId === userId ? bearer(visitor, token) : null
    }
    const account = await room.users.active(userId)
    return account && person(visitor, account, null)
  }
  return {
    actingFor,
    async authenticate(credentials) {
      const { authorization } = credentials
      if (authorization === null) return anonymous(credentials)
      const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1]
      if (token === undefined) {
        throw new Failure(
          'UNAUTHENTICATED',
          'The Authorization header is not understood. Send: Bearer, a space, the token.',
        )
      }
      if (token.startsWith('wh_')) return bearer(credentials, await tokens.verify(token))

      const { userId, sessionId } = await room.access.verify(token)
      const caller = await signedIn(credentials, userId, sessionId)
      if (!caller) throw new Failure('SESSION_ENDED')
      if (await room.sessions.seen(sessionId)) await room.users.seen(userId, room.clock())
      return caller
    },
    async stillValid(caller) {
      if (caller.kind === 'user' && caller.userId !== null && caller.sessionId !== null) {
        return signedIn(caller, caller.userId, caller.sessionId)
      }
      if (caller.kind === 'user' && caller.userId !== null)
        return actingFor({ userId: caller.userId, tokenId: null }, caller)
      if (caller.kind === 'token') {
        const token = caller.tokenId ? await tokens.stillValid(caller.tokenId) : null
        return token && bearer(caller, token)
      }
      return caller
    },
  }
}
