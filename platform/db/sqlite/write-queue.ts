import type { Log } from '../../log/index.ts'
import { DatabaseBusy, WriterStopped } from '../database-error.ts'
import { sqliteError } from './sqlite-failure.ts'
import type { Statement, StatementResult } from './statement.ts'
import type { Outcome } from './writer-message.ts'
import { WriterThread } from './writer-thread.ts'

/** The writer, for one transaction: nobody else's statement runs until it is released. */
export interface WriteTurn {
  run(statement: Statement): Promise<StatementResult>
  /** Why the transaction is undone already; every later statement of it fails with that. */
  lost(): Error | null
  release(): void
}

interface Settle<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

interface SingleWrite extends Settle<StatementResult> {
  readonly kind: 'write'
  readonly statement: Statement
  /** May share its commit with its neighbours. */
  readonly shared: boolean
}

interface AskedTurn extends Settle<WriteTurn> {
  readonly kind: 'turn'
}

interface Entry {
  readonly asked: SingleWrite | AskedTurn
  timer: NodeJS.Timeout | null
}

const MOST_SHARED = 500
const LONGEST_WAIT_MS = 30_000
const SLOW_MS = 1000

/** Lines up everything that writes. Single writes that arrive while the writer is busy share one commit. */
export class WriteQueue {
  readonly #path: string
  readonly #log: Log
  readonly #entries: Entry[] = []
  #thread: WriterThread
  #busy = false
  #closed = false

  private constructor(path: string, log: Log, thread: WriterThread) {
    this.#path = path
    this.#log = log
    this.#thread = thread
  }

  static async open(path: string, log: Log): Promise<WriteQueue> {
    return new WriteQueue(path, log, await WriterThread.start(path))
  }

  write(statement: Statement, shared: boolean): Promise<StatementResult> {
    return new Promise((resolve, reject) => this.#enter({ kind: 'write', statement, shared, resolve, reject }))
  }

  /** Throws DatabaseBusy after 30 s: a transaction that never ends must not hang all others. */
  turn(): Promise<WriteTurn> {
    return new Promise((resolve, reject) => this.#enter({ kind: 'turn', resolve, reject }))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.turn()
    this.#closed = true
    for (let asked = this.#take(); asked; asked = this.#take()) asked.reject(this.#ended())
    await this.#thread.close()
  }

  #enter(asked: Entry['asked']): void {
    if (this.#closed) {
      asked.reject(this.#ended())
      return
    }
    const entry: Entry = { asked, timer: null }
    this.#entries.push(entry)
    if (this.#busy) entry.timer = setTimeout(() => this.#giveUp(entry), LONGEST_WAIT_MS).unref()
    else void this.#next()
  }

  #giveUp(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1)
    const why = 'A transaction is still open: it must wait for nothing but the database'
    entry.asked.reject(new DatabaseBusy(`A write waited ${LONGEST_WAIT_MS / 1000} s for its turn. ${why}`))
  }

  #take(): Entry['asked'] | undefined {
    const entry = this.#entries.shift()
    if (entry?.timer) clearTimeout(entry.timer)
    return entry?.asked
  }

  async #next(): Promise<void> {
    this.#busy = true
    for (let asked = this.#take(); asked; asked = this.#take()) {
      try {
        if (!this.#thread.alive) this.#thread = await WriterThread.start(this.#path)
      } catch (error) {
        asked.reject(error)
        continue
      }
      if (asked.kind === 'turn') {
        asked.resolve(this.#give())
        return
      }
      await this.#writeWithNeighbours(asked)
    }
    this.#busy = false
  }

  async #writeWithNeighbours(first: SingleWrite): Promise<void> {
    const writes = [first]
    while (first.shared && writes.length < MOST_SHARED) {
      const next = this.#entries[0]?.asked
      if (next?.kind !== 'write' || !next.shared) break
      writes.push(next)
      this.#take()
    }
    let outcomes: readonly Outcome[]
    try {
      const statements = writes.map((write) => write.statement)
      outcomes = await this.#thread.send({ kind: 'batch', statements })
    } catch (error) {
      for (const write of writes) write.reject(error)
      return
    }
    for (const [index, write] of writes.entries()) {
      const outcome = outcomes[index]
      if (outcome && 'result' in outcome) write.resolve(outcome.result)
      else write.reject(this.#errorOf(outcome))
    }
  }

  #give(): WriteTurn {
    const thread = this.#thread
    const since = performance.now()
    let held = true
    let lost: Error | null = null
    const run = async (statement: Statement): Promise<StatementResult> => {
      if (lost) throw lost
      try {
        const [outcome] = await thread.send({ kind: 'run', statement })
        if (outcome && 'result' in outcome) return outcome.result
        const error = this.#errorOf(outcome)
        if (!outcome?.failure.inTransaction) lost = error
        throw error
      } catch (error) {
        if (error instanceof WriterStopped) lost = error
        throw error
      }
    }
    return {
      run,
      lost: () => lost,
      release: () => {
        if (!held) return
        held = false
        const heldMs = Math.round(performance.now() - since)
        if (heldMs > SLOW_MS) this.#log.warn({ heldMs }, 'a transaction held up all other writes')
        void this.#next()
      },
    }
  }

  #errorOf(outcome: Outcome | undefined): Error {
    if (outcome && 'failure' in outcome) return sqliteError(outcome.failure, this.#path)
    return new WriterStopped('The thread that writes gave no answer')
  }

  #ended(): WriterStopped {
    return new WriterStopped(`The database ${this.#path} is closed`)
  }
}
