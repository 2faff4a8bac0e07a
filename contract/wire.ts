// What clients need of the sockets at run time. Free of Zod, so that it costs a bundle nothing.

/**
 * Server to client. `seq` is that of the last event of a batch. After a drop a client subscribes again with `after` = the
 * last number it saw; `resumed: false` says that the memory had moved on: what follows starts anew.
 */
export type ServerMessage =
  | { type: 'hello'; socket: string; pingMs: number }
  | { type: 'subscribed'; sub: string; seq: number; resumed: boolean }
  | { type: 'batch'; sub: string; seq: number; events: unknown[] }
  | { type: 'gap'; sub: string; missed: number; seq: number }
  | { type: 'ended'; sub: string; reason: string }
  | { type: 'error'; sub: string | null; errorCode: string; message: string }
  | { type: 'ping' }
  | { type: 'pong' }

/** What a terminal is, for those who join it by its id alone. */
export interface TerminalFacts {
  readonly id: string
  readonly serviceId: string
  readonly serviceName: string
  readonly targetId: string
  readonly command: readonly string[]
  readonly openedBy: string
  /** ISO 8601 UTC. */
  readonly openedAt: string
}

/**
 * `offset`: the place in the output of the first byte that follows, counted from 0; what it gives, plus the bytes since, is the
 * `after` to join with again. `missed`: bytes that are not kept any more, or that this client was too slow for.
 */
export type TerminalServerMessage =
  | { type: 'opened'; terminal: TerminalFacts; writes: boolean; offset: number; missed: number }
  | {
      type: 'viewers'
      viewers: { username: string; writes: boolean; since: string; you: boolean }[]
      shared: boolean
      /** Whether the one who is told may ask to type. */
      mayWrite: boolean
    }
  | { type: 'size'; columns: number; rows: number }
  | { type: 'gap'; missed: number; offset: number }
  | { type: 'refused'; errorCode: string; message: string }
  | { type: 'exit'; exitCode: number | null }
  | { type: 'error'; errorCode: string; message: string }

/** Sub-protocols of every socket; the ticket rides beside the first as `ticket.<value>`, so that it is in no URL. */
export const socketProtocol = 'wheelhouse.v1'
export const ticketProtocol = 'ticket.'
export const socketLimits = { perUser: 10, perService: 50, pingMs: 30_000, idleMs: 600_000 } as const
