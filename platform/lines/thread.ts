import { parentPort, Worker } from 'node:worker_threads'

interface Call {
  readonly id: number
  readonly method: string
  readonly argument: unknown
}
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string; readonly code?: string } }

/** A thread took longer than it was given; it was ended with what it did. */
export class ThreadTimeout extends Error {
  override readonly name = 'ThreadTimeout'
}

/** A worker thread that answers calls by name. */
export class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  #last = 0
  #ended: Error | null = null

  constructor(module: URL, data: unknown) {
    this.#worker = new Worker(module, { workerData: data })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => {
      const call = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (this.#waiting.size === 0) this.#worker.unref()
      if ('value' in answer) call?.resolve(answer.value)
      else call?.reject(Object.assign(new Error(answer.error.message), answer.error))
    })
    this.#worker.on('error', (error) => this.#end(error as Error))
    this.#worker.on('exit', (code) => this.#end(new Error(`The thread ended with ${code}`)))
  }

  get isBusy(): boolean {
    return this.#waiting.size > 0
  }
  get isEnded(): boolean {
    return this.#ended !== null
  }

  /** Rejects with what was thrown there, or once the thread has ended. */
  call<T>(method: string, argument?: unknown): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = ++this.#last
    this.#worker.ref()
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#worker.postMessage({ id, method, argument } satisfies Call)
    })
  }

  /** Ends it at once, whatever it does. */
  async end(reason: Error = new Error('The thread was ended')): Promise<void> {
    this.#end(reason)
    await this.#worker.terminate()
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }
}

/** To be called in the thread: what it answers to each call. */
export function answering(methods: Record<string, (argument: never) => unknown>): void {
  const port = parentPort
  if (port === null) throw new Error('This is no thread')
  port.on('message', ({ id, method, argument }: Call) => {
    try {
      port.postMessage({ id, value: methods[method]!(argument as never) })
    } catch (error) {
      const { name, message, code } = error as NodeJS.ErrnoException
      port.postMessage({ id, error: { name, message, ...(code === undefined ? {} : { code }) } })
    }
  })
}
