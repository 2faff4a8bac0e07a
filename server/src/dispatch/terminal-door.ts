import type { TerminalServerMessage } from '@wheelhouse/contract'
import type { Caller } from './caller.ts'

/** The client end of one who looks at a terminal. All methods return at once. */
export interface TerminalOutlet {
  /** Bytes that the client has not taken yet. */
  waitingBytes(): number
  bytes(data: Uint8Array): void
  tell(message: TerminalServerMessage): void
  close(code: number, reason: string): void
}

/** The place of one viewer before a terminal: what its client may do there. */
export interface TerminalSeat {
  /** Ignored of one who only looks on. Throws LIMIT_REACHED when the command does not read. */
  type(data: Uint8Array): void
  resize(columns: number, rows: number): Promise<void>
  closeInput(): void
  /** Throws FORBIDDEN or POLICY_REFUSED. */
  ask(writes: boolean): Promise<void>
  share(on: boolean): void
  /** The client has taken what waited. */
  drained(): void
  /** Rights have changed: keeps the seat, takes the pen away, or closes the outlet. */
  reauthorise(caller: Caller): Promise<void>
  leave(): void
  /** As nobody could come back to it: the client went before it knew of the terminal. */
  abandon(): void
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}
export interface OpenRequest extends TerminalSize {
  /** A shell where it is null. */
  readonly argv: readonly string[] | null
  readonly user?: string
}
export interface JoinRequest extends TerminalSize {
  readonly writes: boolean
  /** Bytes of the output that the client has already; null for all that is kept. */
  readonly after: number | null
}

/** Where sockets get terminals. Fails as an operation does. */
export interface TerminalDoor {
  open(caller: Caller, service: string, request: OpenRequest, outlet: TerminalOutlet): Promise<TerminalSeat>
  join(caller: Caller, terminal: string, request: JoinRequest, outlet: TerminalOutlet): Promise<TerminalSeat>
}
