import type { NewEvent } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { Users } from '../users/index.ts'
import type { AccessTokens } from './access-token.ts'
import type { Sessions } from './sessions.ts'
import type { AuthStore } from './store.ts'

/** What a user may do has changed, or has ended: `sessionId` null means every session and token of the user. */
export interface CallerChange {
  readonly userId: string
  readonly sessionId: string | null
}

/** What the verbs of this domain share. */
export interface AuthRoom {
  readonly store: AuthStore
  readonly state: State
  readonly secrets: Secrets
  readonly log: Log
  readonly settings: {
    readonly accessTokenMs: number
    readonly refreshTokenMs: number
    readonly setupTokenFile: string | null
  }
  readonly users: Users
  readonly sessions: Sessions
  readonly access: AccessTokens
  readonly emit: (event: NewEvent) => void
  readonly clock: () => number
  changed(change: CallerChange): void
}
