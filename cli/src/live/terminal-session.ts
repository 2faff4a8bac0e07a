import { Problem } from '@wheelhouse/client'
import type { TerminalClientMessage } from '@wheelhouse/contract'
import type { TerminalFacts, TerminalServerMessage } from '@wheelhouse/contract/wire'
import { Complaint } from '../failure.ts'

/** What the first socket says: a command in a service, or a terminal that is there. */
export type TerminalStart =
  | { readonly kind: 'open'; readonly serviceId: string; readonly argv: readonly string[]; readonly user?: string }
  | { readonly kind: 'join'; readonly terminalId: string; readonly writes: boolean }

export type TerminalEnd = { readonly exitCode: number } | { readonly left: TerminalFacts }

const size = (): { columns: number; rows: number } => ({
  columns: process.stdout.columns || 80,
  rows: process.stdout.rows || 24,
})

/** A terminal waits about this long for its people; the server says when it does not. */
const patienceMs = 300_000
const longestWaitMs = 5_000
const ctrlC = 0x03
const escape = 0x1d
const dot = 0x2e
// Others may take the place of a connection that the server has not missed yet, or there is no server for a moment.
const passing = new Set(['LIMIT_REACHED', 'RATE_LIMITED', 'SHUTTING_DOWN', 'TARGET_UNREACHABLE', 'NO_CONNECTION'])

/**
 * Both ends as one terminal: bytes as they are typed and printed, sizes as the window changes. A connection that is lost is made
 * again, and what was printed meanwhile is caught up. `Ctrl-] .` leaves and lets the command run on.
 */
export class TerminalSession {
  readonly #connect: (path: string) => Promise<WebSocket>
  readonly #start: TerminalStart
  readonly #settled = Promise.withResolvers<TerminalEnd>()
  #socket: WebSocket | null = null
  #facts: TerminalFacts | null = null
  #received = 0
  #raw = false
  #over = false
  #writes: boolean
  #escaped = false
  #lostAt: number | null = null
  #retry: NodeJS.Timeout | undefined

  constructor(connect: (path: string) => Promise<WebSocket>, start: TerminalStart) {
    this.#connect = connect
    this.#start = start
    this.#writes = start.kind === 'open' || start.writes
  }

  /** Answers how it ended, for this terminal here. */
  run(): Promise<TerminalEnd> {
    void this.#dial()
    return this.#settled.promise
  }

  #path(): string {
    if (this.#facts) return `/ws/terminals/${encodeURIComponent(this.#facts.id)}`
    return this.#start.kind === 'open'
      ? `/ws/containers/${encodeURIComponent(this.#start.serviceId)}/exec`
      : `/ws/terminals/${encodeURIComponent(this.#start.terminalId)}`
  }

  #greeting(): TerminalClientMessage {
    if (this.#facts) return { type: 'join', ...size(), writes: this.#writes, after: this.#received }
    if (this.#start.kind === 'join') return { type: 'join', ...size(), writes: this.#start.writes }
    const { argv, user } = this.#start
    return { type: 'open', ...size(), ...(argv.length > 0 ? { argv: [...argv] } : {}), ...(user ? { user } : {}) }
  }

  async #dial(): Promise<void> {
    let socket: WebSocket
    try {
      socket = await this.#connect(this.#path())
    } catch (error) {
      if (this.#facts && error instanceof Problem && (error.status === 0 || passing.has(error.code)))
        return this.#later()
      return this.#end(() => this.#settled.reject(error))
    }
    if (this.#over) return socket.close()
    this.#socket = socket
    socket.onopen = () => this.#tell(this.#greeting())
    socket.onmessage = (event: MessageEvent) => {
      const data = event.data as string | ArrayBuffer
      if (typeof data === 'string') return this.#take(JSON.parse(data) as TerminalServerMessage)
      this.#received += data.byteLength
      process.stdout.write(new Uint8Array(data))
    }
    socket.onclose = ({ code, reason }) => this.#lost(socket, code, reason)
  }

  #take(message: TerminalServerMessage): void {
    if (message.type === 'opened') this.#opened(message)
    else if (message.type === 'gap') this.#received = message.offset
    else if (message.type === 'exit') this.#end(() => this.#settled.resolve({ exitCode: message.exitCode ?? 1 }))
    else if (message.type === 'viewers') this.#writes = message.viewers.find((one) => one.you)?.writes ?? this.#writes
    else if (message.type === 'error') {
      if (this.#facts && passing.has(message.errorCode)) return
      const gone = this.#lostAt !== null && message.errorCode === 'NOT_FOUND'
      const told = gone ? 'The terminal has ended while the connection was lost.' : message.message
      this.#fail(message.errorCode === 'FORBIDDEN' ? 'refused' : 'failed', message.errorCode, told)
    }
  }

  #opened(message: Extract<TerminalServerMessage, { type: 'opened' }>): void {
    const again = this.#lostAt !== null
    this.#lostAt = null
    this.#facts = message.terminal
    this.#writes = message.writes
    if (!this.#raw) this.#takeKeys()
    if (again) this.#note(message.missed > 0 ? `joined again, ${message.missed} bytes are lost` : 'joined again')
    else if (!message.writes) this.#note(`you look on at ${message.terminal.serviceName}; Ctrl-C leaves`)
    this.#received = message.offset
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (this.#over || this.#socket !== socket) return
    this.#socket = null
    if (code === 4401 || code === 4403)
      return this.#fail('refused', 'FORBIDDEN', `You may not use this terminal any more: ${reason}.`)
    if (this.#facts) return this.#later()
    this.#fail('unreachable', 'CONNECTION_LOST', reason || `The connection to the terminal was lost (${code}).`)
  }

  #later(): void {
    if (this.#over) return
    const first = this.#lostAt === null
    this.#lostAt ??= Date.now()
    const gone = Date.now() - this.#lostAt
    if (gone > patienceMs)
      return this.#fail(
        'unreachable',
        'CONNECTION_LOST',
        'The connection to the terminal was lost and did not come back.',
      )
    if (first) this.#note('connection lost, joining again … Ctrl-C gives up')
    // At once, then less and less often: 0.2 s after one second, 2 s after ten.
    this.#retry = setTimeout(() => void this.#dial(), first ? 0 : Math.min(longestWaitMs, 100 + gone / 5))
  }

  #fail(exit: 'failed' | 'refused' | 'unreachable' | 'interrupted', code: string, message: string): void {
    this.#end(() => this.#settled.reject(new Complaint(exit, code, message)))
  }

  #end(settle: () => void): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#retry)
    if (this.#raw) {
      process.stdin.off('data', this.#onKey)
      process.stdout.off('resize', this.#onResize)
      process.stdin.setRawMode(false)
      process.stdin.pause()
    }
    this.#socket?.close()
    settle()
  }

  #takeKeys(): void {
    this.#raw = true
    process.stdin.setRawMode(true)
    process.stdin.resume()
    process.stdin.on('data', this.#onKey)
    process.stdout.on('resize', this.#onResize)
  }

  readonly #onKey = (bytes: Buffer): void => {
    const facts = this.#facts
    if (!facts) return
    const leaves = (this.#escaped && bytes[0] === dot) || (bytes[0] === escape && bytes[1] === dot)
    if (leaves || (!this.#writes && bytes.includes(ctrlC))) {
      this.#end(() => this.#settled.resolve({ left: facts }))
      return
    }
    const held = this.#escaped
    this.#escaped = bytes.length === 1 && bytes[0] === escape
    if (this.#escaped) return
    if (this.#lostAt !== null) {
      if (bytes.includes(ctrlC))
        this.#fail('interrupted', 'CONNECTION_LOST', 'The connection was lost. The command may still run.')
      return
    }
    const typed = held ? Buffer.concat([Buffer.of(escape), bytes]) : bytes
    if (this.#writes && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(new Uint8Array(typed))
  }

  readonly #onResize = (): void => this.#tell({ type: 'resize', ...size() })

  #tell(message: TerminalClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** On a line of its own, as the screen is that of the command. */
  #note(text: string): void {
    process.stderr.write(`\r\n\u001B[2m[wh: ${text}]\u001B[22m\r\n`)
  }
}
