import type { TerminalServerMessage } from '@wheelhouse/contract'
import type { Caller, TerminalOutlet } from '../../dispatch/index.ts'
import type { Scrollback } from './scrollback.ts'

/** A client may be this far behind before it is passed over. */
const heldBytes = 1_048_576

/** One who looks on. A client that does not keep up costs its own socket's buffer, and goes on from what is kept. */
export class Viewer {
  caller: Caller
  readonly since = new Date().toISOString()
  /** May type, and has asked to. */
  writes: boolean
  /** May type if it asks. */
  mayWrite: boolean
  readonly #outlet: TerminalOutlet
  readonly #scrollback: Scrollback
  /** The place of the next byte to send. */
  #next: number
  #behind = false

  constructor(
    caller: Caller,
    outlet: TerminalOutlet,
    scrollback: Scrollback,
    rights: { writes: boolean; mayWrite: boolean },
  ) {
    this.caller = caller
    this.writes = rights.writes
    this.mayWrite = rights.mayWrite
    this.#outlet = outlet
    this.#scrollback = scrollback
    this.#next = scrollback.end
  }

  get waitingBytes(): number {
    return this.#outlet.waitingBytes()
  }
  get full(): boolean {
    return this.waitingBytes > heldBytes
  }

  /** What is kept, from `after` on: answers where it begins and how much before it is gone. */
  begin(after: number | null, tell: (from: { offset: number; missed: number }) => void): void {
    const { offset, data } = this.#scrollback.since(after)
    tell({ offset, missed: Math.max(0, offset - (after ?? 0)) })
    if (data.length > 0) this.#outlet.bytes(data)
    this.#next = offset + data.length
  }

  offer(data: Uint8Array): void {
    if (this.#behind || this.full) {
      this.#behind = true
      return
    }
    this.#outlet.bytes(data)
    this.#next += data.length
  }

  /** The client has room again: it is told what it missed, and goes on from there. */
  catchUp(): void {
    if (!this.#behind || this.waitingBytes > heldBytes / 2) return
    this.#behind = false
    const { offset, data } = this.#scrollback.since(this.#next)
    if (offset > this.#next) this.tell({ type: 'gap', missed: offset - this.#next, offset })
    this.#outlet.bytes(data)
    this.#next = offset + data.length
  }

  tell(message: TerminalServerMessage): void {
    this.#outlet.tell(message)
  }
  close(code: number, reason: string): void {
    this.#outlet.close(code, reason)
  }
}
