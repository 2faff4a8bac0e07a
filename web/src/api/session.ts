import { createClient, Problem } from '@wheelhouse/client'
import type { Me, SignedIn } from '@wheelhouse/contract'
import { useSyncExternalStore } from 'react'
import { operations } from 'virtual:operations'

/** `ended`: it was there and is over; the login page says so. */
export type SessionState = 'booting' | 'setup' | 'signed-out' | 'ended' | 'signed-in' | 'unreachable'

interface Snapshot {
  readonly state: SessionState
  readonly me: Me | null
}

// Without a token and without renewal: these calls make the session, they do not use it.
const door = createClient({ origin: '', table: operations, headers: { 'x-wheelhouse-face': 'web' } })
const mark = 'wheelhouse.signed-in'
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('wheelhouse.session')

let token: string | null = null
let snapshot: Snapshot = { state: 'booting', me: null }
let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<boolean> | null = null
const listeners = new Set<() => void>()

function enter(state: SessionState, me: Me | null): void {
  snapshot = { state, me }
  for (const listener of listeners) listener()
}

function accept(answer: SignedIn): void {
  token = answer.accessToken
  localStorage.setItem(mark, '1')
  clearTimeout(timer)
  timer = setTimeout(() => void renew(), Math.max(5_000, answer.expiresInMs - 60_000))
  enter('signed-in', answer.user)
}

function forget(state: SessionState): void {
  token = null
  clearTimeout(timer)
  localStorage.removeItem(mark)
  enter(state, null)
}

/** One refresh at a time, over all tabs: the cookie changes with each, and a second use of the old one ends the session. */
const alone = <T>(run: () => Promise<T>): Promise<T> =>
  navigator.locks ? navigator.locks.request('wheelhouse.refresh', run) : run()

const overCodes = new Set(['SESSION_ENDED', 'UNAUTHENTICATED', 'FORBIDDEN'])

async function refresh(): Promise<boolean> {
  try {
    accept(await alone(() => door.auth.refresh()))
    return true
  } catch (error) {
    if (error instanceof Problem && overCodes.has(error.code))
      forget(snapshot.state === 'signed-in' ? 'ended' : 'signed-out')
    else if (snapshot.state === 'signed-in') timer = setTimeout(() => void renew(), 5_000)
    return false
  }
}

/** A new access token from the cookie; calls that come together share one. True when there is one. */
export function renew(): Promise<boolean> {
  running ??= refresh().finally(() => {
    running = null
  })
  return running
}

/** Finds out where a visitor stands: signed in by cookie, before setup, or at the door. */
export async function boot(): Promise<void> {
  enter('booting', null)
  try {
    if (localStorage.getItem(mark) && (await renew())) return
    const { needed } = await door.auth.setupState()
    forget(needed ? 'setup' : 'signed-out')
  } catch {
    enter('unreachable', null)
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  accept(await door.auth.login({ username, password }))
}

export async function setUp(setupToken: string, username: string, password: string): Promise<void> {
  accept(await door.auth.setup({ token: setupToken, username, password }))
}

export async function signOut(): Promise<void> {
  await door.auth.logout().catch(() => undefined)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no origin, a window has
  tabs?.postMessage('signed-out')
  forget('signed-out')
}

/** Takes over what the person changed about themselves. */
export const updateMe = (me: Me): void => enter('signed-in', me)

tabs?.addEventListener('message', () => snapshot.state === 'signed-in' && forget('signed-out'))

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const session = { token: () => token, current: () => snapshot, subscribe }
export const useSession = (): Snapshot => useSyncExternalStore(subscribe, () => snapshot)

/** Who is signed in. Only below the gate, where there always is someone. */
export function useMe(): Me {
  const { me } = useSession()
  if (!me) throw new Error('There is nobody signed in here.')
  return me
}
