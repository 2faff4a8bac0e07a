import type { Service, TerminalServerMessage } from '@wheelhouse/contract'
import type { ExecSession } from '@wheelhouse/driver'
import type { Caller, TerminalOutlet } from '../../dispatch/index.ts'

/** A command whose output is said by the test. */
export class SpokenSession implements ExecSession {
  readonly output: ExecSession['output']
  typed = ''
  sizes: [number, number][] = []
  inputClosed = false
  ended = false
  taken = 0
  #waiting: (() => void) | null = null
  readonly #said: Uint8Array[] = []
  #exit: number | null = null
  #over = false

  constructor() {
    this.output = this.#read()
  }

  async *#read(): AsyncGenerator<{ stream: 'stdout'; data: Uint8Array }> {
    for (;;) {
      const next = this.#said.shift()
      if (next) {
        yield { stream: 'stdout', data: next }
        this.taken += next.length
      } else if (this.#over) return
      else await new Promise<void>((resolve) => (this.#waiting = resolve))
    }
  }

  say(text: string | Uint8Array): void {
    this.#said.push(typeof text === 'string' ? Buffer.from(text) : text)
    this.#waiting?.()
  }
  exit(code: number | null): void {
    this.#exit = code
    this.#over = true
    this.#waiting?.()
  }

  write(data: Uint8Array): void {
    this.typed += Buffer.from(data).toString()
  }
  drained(): Promise<void> {
    return Promise.resolve()
  }
  closeInput(): void {
    this.inputClosed = true
  }
  resize(columns: number, rows: number): Promise<void> {
    this.sizes.push([columns, rows])
    return Promise.resolve()
  }
  exitCode(): Promise<number | null> {
    return Promise.resolve(this.#exit)
  }
  end(): Promise<void> {
    this.ended = true
    if (!this.#over) this.exit(137)
    return Promise.resolve()
  }
}

/** A client of which the test says whether it reads. */
export class Screen implements TerminalOutlet {
  readonly told: TerminalServerMessage[] = []
  shown = ''
  waiting = 0
  reads = true
  closed: [number, string] | null = null

  waitingBytes(): number {
    return this.waiting
  }
  bytes(data: Uint8Array): void {
    if (!this.reads) this.waiting += data.length
    this.shown += Buffer.from(data).toString('latin1')
  }
  tell(message: TerminalServerMessage): void {
    this.told.push(message)
  }
  close(code: number, reason: string): void {
    this.closed = [code, reason]
  }
  last<T extends TerminalServerMessage['type']>(type: T): Extract<TerminalServerMessage, { type: T }> | undefined {
    return this.told.findLast((one) => one.type === type) as Extract<TerminalServerMessage, { type: T }> | undefined
  }
}

export const personOf = (username: string): Caller => ({
  kind: 'user',
  userId: username,
  username,
  sessionId: 's',
  tokenName: null,
  authority: { role: 'developer', reach: 'all', grants: [], limits: null },
  face: 'ws',
  ip: '127.0.0.1',
  userAgent: '',
})

export const shopWeb = { id: 'local:web', name: 'web', targetId: 'local', stack: 'shop' } as Service
