import { Failure, type TerminalServerMessage, TerminalClientMessage } from '@wheelhouse/contract'
import type { RawData, WebSocket } from 'ws'
import type { Caller, TerminalDoor, TerminalOutlet, TerminalSeat } from '../dispatch/index.ts'
import { failureOf } from '../http/error-answer.ts'

/** What the address of a terminal socket names: a service to open one in, or a terminal to join. */
export interface TerminalPlace {
  readonly on: 'service' | 'terminal'
  readonly id: string
}

const earlyBytes = 65_536

/** Carries one viewer of a terminal over one socket. When the socket goes, the terminal stays for those who join again. */
export class TerminalSocket {
  readonly #socket: WebSocket
  readonly #place: TerminalPlace
  readonly #door: TerminalDoor
  readonly #outlet: TerminalOutlet
  #caller: Caller
  #seat: TerminalSeat | null = null
  #begun = false
  #early: Buffer[] = []

  constructor(socket: WebSocket, caller: Caller, place: TerminalPlace, door: TerminalDoor) {
    this.#socket = socket
    this.#caller = caller
    this.#place = place
    this.#door = door
    this.#outlet = {
      waitingBytes: () => socket.bufferedAmount,
      bytes: (data) => {
        if (socket.readyState === socket.OPEN) socket.send(data, { binary: true }, () => this.#seat?.drained())
      },
      tell: (message) => this.#tell(message),
      close: (code, reason) => socket.close(code, reason.slice(0, 120)),
    }
    socket.on(
      'message',
      (data, binary) => void this.#receive(data, binary).catch((error: unknown) => this.#fail(error)),
    )
    socket.on('close', () => this.#seat?.leave())
  }

  /** Rights have changed. */
  async reauthorise(caller: Caller): Promise<void> {
    this.#caller = caller
    await this.#seat?.reauthorise(caller)
  }

  #tell(message: TerminalServerMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #fail(error: unknown): void {
    const failure = failureOf(error)
    this.#tell({ type: 'error', errorCode: failure.code, message: failure.message })
    this.#socket.close(4000, failure.code)
  }

  async #begin(message: Extract<TerminalClientMessage, { type: 'open' | 'join' }>): Promise<void> {
    if (this.#begun) throw new Failure('STATE_CONFLICT', 'This terminal is open already.')
    this.#begun = true
    const { columns, rows } = message
    const caller = this.#caller
    const opens = message.type === 'open'
    if (opens !== (this.#place.on === 'service'))
      throw new Failure('VALIDATION_FAILED', 'Send open to the address of a service, and join to that of a terminal.')
    const seat = await (opens
      ? this.#door.open(
          caller,
          this.#place.id,
          { argv: message.argv ?? null, columns, rows, ...(message.user === undefined ? {} : { user: message.user }) },
          this.#outlet,
        )
      : this.#door.join(
          caller,
          this.#place.id,
          { columns, rows, writes: message.writes ?? false, after: message.after ?? null },
          this.#outlet,
        ))
    this.#seat = seat
    // It went meanwhile: a new terminal that nobody has heard of would only stand there.
    if (this.#socket.readyState !== this.#socket.OPEN) return opens ? seat.abandon() : seat.leave()
    // What changed while it was opened was told to no seat yet.
    if (this.#caller !== caller) await seat.reauthorise(this.#caller)
    for (const data of this.#early.splice(0)) seat.type(data)
  }

  async #receive(data: RawData, binary: boolean): Promise<void> {
    const bytes = data as Buffer
    if (binary) {
      if (this.#seat) this.#seat.type(bytes)
      else if (this.#early.reduce((sum, chunk) => sum + chunk.length, bytes.length) <= earlyBytes)
        this.#early.push(bytes)
      return
    }
    let message: TerminalClientMessage
    try {
      message = TerminalClientMessage.parse(JSON.parse(bytes.toString('utf8')))
    } catch {
      throw new Failure('MALFORMED_BODY', 'Send bytes as binary frames, and open, resize or end as JSON text frames.')
    }
    if (message.type === 'open' || message.type === 'join') return this.#begin(message)
    await this.#act(message)
  }

  async #act(message: Exclude<TerminalClientMessage, { type: 'open' | 'join' }>): Promise<void> {
    const seat = this.#seat
    if (message.type === 'resize') await seat?.resize(message.columns, message.rows)
    else if (message.type === 'end') seat?.closeInput()
    else
      try {
        if (message.type === 'write') await seat?.ask(message.on)
        else seat?.share(message.on)
      } catch (error) {
        // Refused what it asked for, it still may look on.
        const failure = failureOf(error)
        this.#tell({ type: 'refused', errorCode: failure.code, message: failure.message })
      }
  }
}
