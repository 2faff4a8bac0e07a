import type { auth, NewEvent } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { Caller } from '../../dispatch/caller.ts'
import type { Handlers } from '../../dispatch/handler.ts'
import type { Tokens } from '../tokens/index.ts'
import type { Users } from '../users/index.ts'
import { accessTokens } from './access-token.ts'
import type { AuthRoom, CallerChange } from './auth-room.ts'
import { type Credentials, openCallers, type Owner, type Visitor } from './callers.ts'
import { authHandlers } from './operations.ts'
import { openSessions } from './sessions.ts'
import { ensureFirstAdmin, type FirstAdmin, setupToken } from './setup.ts'
import { openSigningKeys } from './signing-keys.ts'
import { openAuthStore } from './store.ts'
import { redeemTicket } from './ticket.ts'

export interface AuthSettings {
  /** 10 minutes unless told. */
  readonly accessTokenMs?: number
  /** How long a session lives without being used; 30 days unless told. */
  readonly refreshTokenMs?: number
  /** Where the setup token is also written, with mode 0600; removed once it was used. */
  readonly setupTokenFile?: string
}
export interface AuthDeps {
  readonly database: Database
  readonly state: State
  readonly secrets: Secrets
  readonly log: Log
  readonly settings: AuthSettings
  readonly users: Users
  readonly tokens: Tokens
  readonly emit: (event: NewEvent) => void
  /** Tells the other instances whose sockets to look at again; without it only this one is told. */
  readonly bus?: Bus
  /** Epoch ms. */
  readonly clock?: () => number
}

export interface Auth {
  readonly handlers: Handlers<typeof auth>
  /** The anonymous caller without a header; throws UNAUTHENTICATED or SESSION_ENDED for one that does not hold. */
  authenticate(credentials: Credentials): Promise<Caller>
  /** Throws UNAUTHENTICATED for a ticket that is unknown, used or older than 30 s. */
  redeemTicket(ticket: string, visitor: Visitor): Promise<Caller>
  /** The caller with what he may do now; null when he is no longer one. */
  callerStillValid(caller: Caller): Promise<Caller | null>
  /** For what acts on its own later: its maker with the rights of now, without a session; null when that is no longer anyone. */
  callerFor(owner: Owner, visitor: Visitor): Promise<Caller | null>
  /** Heard on every instance that has a bus. */
  onCallerChanged(listener: (change: CallerChange) => void): void
  /** A new one-time token while there is no administrator, else null. */
  setupToken(): Promise<string | null>
  /** Creates this administrator where there is none yet; true when it did. */
  ensureFirstAdmin(admin: FirstAdmin): Promise<boolean>
  /** New access tokens are signed with a new key; old ones work until they expire. */
  rotateSigningKey(): Promise<void>
  /** Forgets expired sessions and refresh tokens; for a timer. */
  prune(): Promise<void>
}

const topic = 'identity.caller-changed'

export function createAuth(deps: AuthDeps): Auth {
  const clock = deps.clock ?? Date.now
  const settings = {
    accessTokenMs: deps.settings.accessTokenMs ?? 600_000,
    refreshTokenMs: deps.settings.refreshTokenMs ?? 30 * 86_400_000,
    setupTokenFile: deps.settings.setupTokenFile ?? null,
  }
  const store = openAuthStore(deps.database)
  const keys = openSigningKeys(store, deps.secrets, deps.log, clock, settings.accessTokenMs)
  const listeners: ((change: CallerChange) => void)[] = []
  const tell = (change: CallerChange): void => {
    for (const listener of listeners) listener(change)
  }
  // A publisher hears its own messages, so with a bus nothing is told twice.
  deps.bus?.subscribe(topic, (message) => tell(message as CallerChange))

  const room: AuthRoom = {
    store,
    state: deps.state,
    secrets: deps.secrets,
    log: deps.log,
    settings,
    users: deps.users,
    sessions: openSessions(store, deps.state, deps.log, clock, settings),
    access: accessTokens(keys, settings.accessTokenMs, clock),
    emit: deps.emit,
    clock,
    changed: (change) => (deps.bus ? deps.bus.publish(topic, change) : tell(change)),
  }
  const callers = openCallers(room, deps.tokens)

  deps.users.onChanged(async ({ userId, what }) => {
    if (what !== 'authority') await room.sessions.endAll(userId, null)
    room.changed({ userId, sessionId: null })
  })
  deps.tokens.onRevoked((userId) => room.changed({ userId, sessionId: null }))

  return {
    handlers: authHandlers(room),
    authenticate: (credentials) => callers.authenticate(credentials),
    redeemTicket: (ticket, visitor) => redeemTicket(room, callers, ticket, visitor),
    callerStillValid: (caller) => callers.stillValid(caller),
    callerFor: (owner, visitor) => callers.actingFor(owner, visitor),
    onCallerChanged(listener) {
      listeners.push(listener)
    },
    setupToken: () => setupToken(room),
    ensureFirstAdmin: (admin) => ensureFirstAdmin(room, admin),
    rotateSigningKey: () => keys.rotate(),
    prune: () => store.prune(clock()),
  }
}
