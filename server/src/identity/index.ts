import type { NewEvent } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import { type Audit, createAudit } from './audit/index.ts'
import { type Auth, type AuthSettings, createAuth } from './auth/index.ts'
import { createTokens, type Tokens } from './tokens/index.ts'
import { createUsers, type Users } from './users/index.ts'

export { type Auth, type Owner, requireKey, sealedColumns } from './auth/index.ts'
export { createEncryption, type Encryption } from './encryption/index.ts'
export { type Audit } from './audit/index.ts'

export interface IdentityDeps {
  readonly database: Database
  readonly state: State
  readonly secrets: Secrets
  readonly log: Log
  readonly settings: AuthSettings
  readonly emit: (event: NewEvent) => void
  readonly bus?: Bus
  /** Epoch ms. */
  readonly clock?: () => number
}
export interface Identity {
  readonly auth: Auth
  readonly users: Users
  readonly tokens: Tokens
  readonly audit: Audit
}

/** The four domains of identity, wired: auth listens to users and tokens, so that a change is felt at once. */
export function createIdentity(deps: IdentityDeps): Identity {
  const users = createUsers(deps)
  const tokens = createTokens({ ...deps, users })
  const auth = createAuth({ ...deps, users, tokens })
  return { auth, users, tokens, audit: createAudit(deps) }
}
