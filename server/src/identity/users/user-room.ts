import type { Grant, NewEvent, Reach, Role } from '@wheelhouse/contract'
import type { Lockout } from './lockout.ts'
import type { UserRecord, UserStore } from './store.ts'

/** `authority`: role, reach or grants. `password`, `disabled`, `removed`: the sessions of the user must end. */
export interface UserChange {
  readonly userId: string
  readonly what: 'authority' | 'password' | 'disabled' | 'removed'
}
export interface NewUser {
  readonly username: string
  readonly password: string
  readonly role: Role
  readonly reach?: Reach
  readonly grants?: readonly Grant[]
  readonly displayName?: string
  readonly email?: string | null
}

/** What the verbs of this domain share. */
export interface UserRoom {
  readonly store: UserStore
  readonly lockout: Lockout
  readonly emit: (event: NewEvent) => void
  create(user: NewUser): Promise<UserRecord>
  /** After a row was changed: refreshes what callers may do and tells the listeners. */
  changed(user: UserRecord, what: UserChange['what']): Promise<void>
}
