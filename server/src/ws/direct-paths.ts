import type { ChannelName } from '@wheelhouse/contract'
import type { TerminalPlace } from './terminal.ts'

/** What a socket path means: the multiplexed socket, one channel opened at once as subscription `main`, or a terminal. */
export type SocketPath =
  | { readonly kind: 'multiplexed' }
  | { readonly kind: 'channel'; readonly channel: ChannelName; readonly params: Record<string, unknown> }
  | { readonly kind: 'terminal'; readonly place: TerminalPlace }

const id = '([^/]+)'
const rows: readonly [pattern: RegExp, make: (id: string) => SocketPath][] = [
  [/^\/ws$/, () => ({ kind: 'multiplexed' })],
  [/^\/ws\/dashboard$/, () => ({ kind: 'channel', channel: 'system', params: {} })],
  [/^\/ws\/metrics$/, () => ({ kind: 'channel', channel: 'metrics', params: {} })],
  [new RegExp(`^/ws/services/${id}$`), (serviceId) => ({ kind: 'channel', channel: 'system', params: { serviceId } })],
  [/^\/ws\/logs$/, () => ({ kind: 'channel', channel: 'tail', params: {} })],
  [new RegExp(`^/ws/logs/${id}$`), (serviceId) => ({ kind: 'channel', channel: 'logs', params: { serviceId } })],
  [new RegExp(`^/ws/deployments/${id}$`), (jobId) => ({ kind: 'channel', channel: 'deployments', params: { jobId } })],
  [
    new RegExp(`^/ws/containers/${id}/logs$`),
    (serviceId) => ({ kind: 'channel', channel: 'logs', params: { serviceId } }),
  ],
  [
    new RegExp(`^/ws/containers/${id}/stats$`),
    (serviceId) => ({ kind: 'channel', channel: 'metrics', params: { serviceId } }),
  ],
  [
    new RegExp(`^/ws/(?:containers|services)/${id}/exec$`),
    (serviceId) => ({ kind: 'terminal', place: { on: 'service', id: serviceId } }),
  ],
  [new RegExp(`^/ws/terminals/${id}$`), (terminal) => ({ kind: 'terminal', place: { on: 'terminal', id: terminal } })],
]

export function socketPath(path: string): SocketPath | null {
  for (const [pattern, make] of rows) {
    const found = pattern.exec(path)
    if (!found) continue
    try {
      return make(decodeURIComponent(found[1] ?? ''))
    } catch {
      return null
    }
  }
  return null
}
