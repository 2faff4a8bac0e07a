import { timingSafeEqual } from 'node:crypto'
import { Failure, type Permission, type tokens } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import { digestToken } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { Handlers } from '../../dispatch/handler.ts'
import type { Account, Users } from '../users/index.ts'
import { createToken } from './create-token.ts'
import { listTokens } from './list-tokens.ts'
import { revokeToken } from './revoke-token.ts'
import { openTokenStore, type TokenRecord } from './store.ts'
import type { TokenRoom } from './token-room.ts'

export interface TokensDeps {
  readonly database: Database
  readonly state: State
  readonly users: Users
  readonly log: Log
  /** Epoch ms. */
  readonly clock?: () => number
}

/** A token that works at this moment, and its owner. */
export interface VerifiedToken {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Permission[]
  readonly account: Account
}

export interface Tokens {
  readonly handlers: Handlers<typeof tokens>
  /** Throws UNAUTHENTICATED for one that is unknown, revoked, expired, or whose owner may not sign in. */
  verify(token: string): Promise<VerifiedToken>
  /** The same for one that was verified before; null when it works no more. */
  stillValid(tokenId: string): Promise<VerifiedToken | null>
  onRevoked(listener: (userId: string) => void): void
}

const usedEveryMs = 60_000
/** `wh_<prefix>_<secret>`: eight hex digits to recognise it by, 256 random bits as base64url. */
const form = /^wh_([0-9a-f]{8})_[\w-]{43}$/

export function createTokens(deps: TokensDeps): Tokens {
  const clock = deps.clock ?? Date.now
  const store = openTokenStore(deps.database)
  const listeners: ((userId: string) => void)[] = []
  const room: TokenRoom = {
    store,
    clock,
    revoked(userId) {
      for (const listener of listeners) listener(userId)
    },
  }

  const working = async (token: TokenRecord | null): Promise<VerifiedToken | null> => {
    if (!token || (token.expiresAt !== null && token.expiresAt <= clock())) return null
    const account = await deps.users.active(token.userId)
    return account && { id: token.id, name: token.name, scopes: token.scopes, account }
  }
  const markUsed = async (id: string): Promise<void> => {
    try {
      if (await deps.state.add(`identity/token-used/${id}`, true, usedEveryMs)) await store.used(id, clock())
    } catch (error) {
      // A full disk must not keep a token from reading.
      deps.log.warn({ error, tokenId: id }, 'The last use of an API token was not noted')
    }
  }

  return {
    handlers: { list: listTokens(room), create: createToken(room), revoke: revokeToken(room) },
    async verify(text) {
      const prefix = form.exec(text)?.[1]
      const token = prefix === undefined ? null : await store.find('prefix', prefix)
      const same = token && timingSafeEqual(Buffer.from(token.hash), Buffer.from(digestToken(text)))
      const verified = same ? await working(token) : null
      if (!verified) {
        throw new Failure('UNAUTHENTICATED', 'This API token is unknown, revoked or expired. Create a new one.')
      }
      await markUsed(verified.id)
      return verified
    },
    stillValid: async (tokenId) => working(await store.find('id', tokenId)),
    onRevoked(listener) {
      listeners.push(listener)
    },
  }
}
