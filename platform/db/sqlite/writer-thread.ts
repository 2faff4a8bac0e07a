import { Worker } from 'node:worker_threads'
import { WriterStopped } from '../database-error.ts'
import { sqliteError } from './sqlite-failure.ts'
import type { Outcome, ReplyMessage, Request } from './writer-message.ts'

interface Waiting {
  resolve(outcomes: readonly Outcome[]): void
  reject(error: Error): void
}

/** Beside this file: a source among the sources, a bundle of its own among the bundles. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js', import.meta.url)

/** The main thread's end of the writer: sends requests and settles them, also when the thread dies. */
export class WriterThread {
  readonly #path: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #stopped: WriterStopped | null = null

  private constructor(path: string) {
    this.#path = path
    // Without our own command line flags: some of them (--input-type, --test) would keep a thread from starting.
    this.#worker = new Worker(entry, { workerData: { path }, execArgv: [] })
    this.#worker.on('message', ({ id, outcomes }: ReplyMessage) => {
      this.#waiting.get(id)?.resolve(outcomes)
      this.#settle(id)
    })
    this.#worker.on('error', (error) => this.#stop(error))
    this.#worker.on('exit', () => this.#stop())
  }

  static async start(path: string): Promise<WriterThread> {
    const thread = new WriterThread(path)
    const [opened] = await thread.#wait(0)
    if (opened && 'failure' in opened) {
      await thread.#worker.terminate()
      throw sqliteError(opened.failure, path)
    }
    return thread
  }

  get alive(): boolean {
    return this.#stopped === null
  }

  async send(request: Request): Promise<readonly Outcome[]> {
    if (this.#stopped) throw this.#stopped
    this.#lastId += 1
    const id = this.#lastId
    const answer = this.#wait(id)
    this.#worker.postMessage({ id, request }, [])
    return await answer
  }

  async close(): Promise<void> {
    if (this.#stopped) return
    await this.send({ kind: 'close' })
    await this.#worker.terminate()
  }

  #wait(id: number): Promise<readonly Outcome[]> {
    // Only a write under way keeps the process alive, not the thread that waits for one.
    this.#worker.ref()
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #settle(id: number): void {
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #stop(cause?: unknown): void {
    this.#stopped ??= new WriterStopped(
      `The thread that writes ${this.#path} ended. What it had not acknowledged may be lost; try again`,
      { cause },
    )
    for (const waiting of this.#waiting.values()) waiting.reject(this.#stopped)
    this.#waiting.clear()
  }
}
