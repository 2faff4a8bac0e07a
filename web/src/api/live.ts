import { Live, type LiveState, type SocketLike } from '@wheelhouse/client'
import { useSyncExternalStore } from 'react'
import { client } from './client.ts'

interface Connection {
  readonly state: LiveState
  /** When it was last live, in ms; null while it never was. */
  readonly lostAt: number | null
}
let connection: Connection = { state: 'closed', lostAt: null }
const listeners = new Set<() => void>()

export const socketUrl = (path: string): string =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`

/** The one socket of this tab. It connects with the first subscription and by itself after a drop. */
export const live = new Live({
  url: socketUrl('/ws'),
  ticket: async () => (await client.auth.ticket()).ticket,
  // A browser's socket calls its handlers with more than the client asks for; that is all that differs.
  open: (url, protocols) => new WebSocket(url, protocols) as unknown as SocketLike,
  onState: (state) => {
    const lostAt = state === 'live' ? null : (connection.lostAt ?? (connection.state === 'live' ? Date.now() : null))
    connection = { state, lostAt }
    for (const listener of listeners) listener()
  },
})

const wake = (): void => {
  if (!document.hidden) live.wake()
}
document.addEventListener('visibilitychange', wake)
window.addEventListener('online', wake)

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => connection)
