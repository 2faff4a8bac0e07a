import type { TokenStore } from './store.ts'

/** What the verbs of this domain share. */
export interface TokenRoom {
  readonly store: TokenStore
  readonly clock: () => number
  revoked(userId: string): void
}
