import { Problem } from '@wheelhouse/client'
import type { TerminalClientMessage } from '@wheelhouse/contract'
import {
  socketProtocol,
  type TerminalFacts,
  type TerminalServerMessage,
  ticketProtocol,
} from '@wheelhouse/contract/wire'
import { client } from './client.ts'
import { socketUrl } from './live.ts'

export type { TerminalFacts }
export type Viewers = Omit<Extract<TerminalServerMessage, { type: 'viewers' }>, 'type'>

/** A new terminal in a service, or one that is there. */
export type TerminalGoal =
  | { readonly kind: 'open'; readonly serviceId: string; readonly argv?: readonly string[] | undefined }
  | { readonly kind: 'join'; readonly id: string; readonly writes: boolean }

export type LineState =
  | { readonly phase: 'opening' }
  | { readonly phase: 'open' }
  /** The connection dropped; it is made again. */
  | { readonly phase: 'lost' }
  | { readonly phase: 'over'; readonly told: string; readonly code: string | null }

export interface LineEvents {
  size(): { columns: number; rows: number }
  onState(state: LineState): void
  /** `from`: the screen begins anew there, or goes on where it was. `again`: after a drop. */
  onOpened(facts: TerminalFacts, how: { writes: boolean; again: boolean; anew: boolean; missed: number }): void
  onBytes(bytes: Uint8Array): void
  /** This page was too slow for what came; the screen begins anew. */
  onGap(missed: number): void
  onViewers(viewers: Viewers): void
  /** The size that the one who types gave it. */
  onSize(columns: number, rows: number): void
  onRefused(told: string): void
}

const longestWaitMs = 8_000
const rightsGone = new Set([4401, 4403])
const passing = new Set(['LIMIT_REACHED', 'RATE_LIMITED', 'SHUTTING_DOWN', 'TARGET_UNREACHABLE'])

/** One terminal over sockets that come and go. Bytes travel as binary frames, everything else as JSON. */
export class TerminalLine {
  readonly #goal: TerminalGoal
  readonly #events: LineEvents
  #socket: WebSocket | null = null
  #facts: TerminalFacts | null = null
  #received = 0
  #writes: boolean
  #attempt = 0
  #lost = false
  #over = false
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(goal: TerminalGoal, events: LineEvents) {
    this.#goal = goal
    this.#events = events
    this.#writes = goal.kind === 'open' || goal.writes
    window.addEventListener('online', this.#wake)
    document.addEventListener('visibilitychange', this.#wake)
    void this.#dial()
  }

  type(bytes: Uint8Array): void {
    if (this.#writes && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes as Uint8Array<ArrayBuffer>)
  }
  resize(columns: number, rows: number): void {
    if (this.#writes) this.#tell({ type: 'resize', columns, rows })
  }
  ask(on: boolean): void {
    this.#tell({ type: 'write', on })
  }
  share(on: boolean): void {
    this.#tell({ type: 'share', on })
  }
  /** Leaves it; its command runs on for a while. */
  close(): void {
    this.#finish()
    this.#socket?.close(1000)
    this.#socket = null
  }

  async #dial(): Promise<void> {
    clearTimeout(this.#retry)
    let ticket: string
    try {
      ;({ ticket } = await client.auth.ticket())
    } catch (error) {
      if (this.#over) return
      if (this.#facts && !(error instanceof Problem && (error.status === 401 || error.status === 403)))
        return this.#later()
      return this.#end(
        error instanceof Error ? error.message : String(error),
        error instanceof Problem ? error.code : null,
      )
    }
    if (this.#over) return
    const socket = new WebSocket(socketUrl(this.#path()), [socketProtocol, ticketProtocol + ticket])
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    socket.onopen = () => this.#tell(this.#greeting())
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (this.#socket !== socket) return
      if (typeof data === 'string') return this.#take(JSON.parse(data) as TerminalServerMessage)
      this.#received += data.byteLength
      this.#events.onBytes(new Uint8Array(data))
    }
    socket.onclose = ({ code, reason }) => this.#dropped(socket, code, reason)
  }

  #path(): string {
    const goal = this.#goal
    if (this.#facts) return `/ws/terminals/${encodeURIComponent(this.#facts.id)}`
    return goal.kind === 'open'
      ? `/ws/containers/${encodeURIComponent(goal.serviceId)}/exec`
      : `/ws/terminals/${encodeURIComponent(goal.id)}`
  }

  #greeting(): TerminalClientMessage {
    const goal = this.#goal
    const size = this.#events.size()
    if (this.#facts) return { type: 'join', ...size, writes: this.#writes, after: this.#received }
    if (goal.kind === 'join') return { type: 'join', ...size, writes: goal.writes }
    return { type: 'open', ...size, ...(goal.argv ? { argv: [...goal.argv] } : {}) }
  }

  #take(message: TerminalServerMessage): void {
    const events = this.#events
    switch (message.type) {
      case 'opened': {
        const again = this.#lost
        const anew = !this.#facts || message.missed > 0
        this.#facts = message.terminal
        this.#writes = message.writes
        this.#received = message.offset
        this.#attempt = 0
        this.#lost = false
        events.onOpened(message.terminal, { writes: message.writes, again, anew, missed: message.missed })
        events.onState({ phase: 'open' })
        return
      }
      case 'viewers':
        this.#writes = message.viewers.find((one) => one.you)?.writes ?? this.#writes
        return events.onViewers(message)
      case 'size':
        return events.onSize(message.columns, message.rows)
      case 'gap':
        this.#received = message.offset
        return events.onGap(message.missed)
      case 'refused':
        return events.onRefused(message.message)
      case 'exit':
        return this.#end(
          message.exitCode === null ? 'The command ended.' : `The command ended with exit code ${message.exitCode}.`,
          null,
        )
      case 'error':
        if (!this.#facts || !passing.has(message.errorCode))
          this.#end(
            this.#lost && message.errorCode === 'NOT_FOUND'
              ? 'The terminal has ended while the connection was lost.'
              : message.message,
            message.errorCode,
          )
    }
  }

  #dropped(socket: WebSocket, code: number, reason: string): void {
    if (this.#over || this.#socket !== socket) return
    this.#socket = null
    if (rightsGone.has(code)) return this.#end(`You may not use this terminal any more: ${reason}.`, 'FORBIDDEN')
    if (this.#facts) return this.#later()
    this.#end(reason || 'The terminal could not be opened. Wheelhouse may not be reachable.', null)
  }

  #later(): void {
    this.#lost = true
    this.#events.onState({ phase: 'lost' })
    const delay = Math.min(longestWaitMs, 250 * 2 ** this.#attempt++)
    this.#retry = setTimeout(() => void this.#dial(), delay)
  }

  /** The network is back, or the tab was woken: no need to wait for the end of the pause. */
  readonly #wake = (): void => {
    if (!document.hidden && this.#lost && this.#socket === null) void this.#dial()
  }

  #end(told: string, code: string | null): void {
    if (this.#over) return
    this.#finish()
    this.#socket?.close(1000)
    this.#events.onState({ phase: 'over', told, code })
  }

  #finish(): void {
    this.#over = true
    clearTimeout(this.#retry)
    window.removeEventListener('online', this.#wake)
    document.removeEventListener('visibilitychange', this.#wake)
  }

  #tell(message: TerminalClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}
