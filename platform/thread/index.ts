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

/**
 * The module of a thread that stands beside the module `here` (its `import.meta.url`): a source among the sources, and a file of the same
 * name among the bundles. Its name, without ending, is therefore one of its own.
 */
export const threadModule = (here: string, name: string): URL =>
  new URL(`./${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here)

/** A worker thread that answers calls by name. */
export class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #last = 0
  #ended: Error | null = null

  constructor(module: URL, data: unknown) {
    // Without our own command line flags: some of them would keep a thread from starting.
    // What is large lies outside the heap; a small young generation keeps each thread small.
    this.#worker = new Worker(module, {
      workerData: data,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
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

  /** Whether it has ended, by itself or because it was told to. */
  get isOver(): boolean {
    return this.#ended !== null
  }

  /** Rejects with what was thrown there, or once the thread has ended. What is in `given` is there from then on, and not here. */
  call<T>(method: string, argument?: unknown, given: readonly ArrayBuffer[] = []): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = ++this.#last
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#worker.ref()
    this.#worker.postMessage({ id, method, argument } satisfies Call, given)
    return waiting.promise as Promise<T>
  }

  /** Ends it at once, whatever it does. */
  async end(reason: Error): Promise<void> {
    this.#end(reason)
    await this.#worker.terminate()
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }
}

/** A thread that is there while it has work: it starts with the first call, and ends when there was none for `restMs`. What it keeps in memory goes with it. */
export class RestingThread {
  readonly #start: () => Thread
  readonly #restMs: number
  #thread: Thread | null = null
  #calls = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #ended: Error | null = null

  constructor(start: () => Thread, restMs: number) {
    this.#start = start
    this.#restMs = restMs
  }

  async call<T>(method: string, argument?: unknown, given: readonly ArrayBuffer[] = []): Promise<T> {
    if (this.#ended) throw this.#ended
    clearTimeout(this.#timer)
    // One that broke down is replaced: the next call is not to blame.
    if (this.#thread === null || this.#thread.isOver) this.#thread = this.#start()
    this.#calls++
    try {
      return await this.#thread.call<T>(method, argument, given)
    } finally {
      if (--this.#calls === 0) this.#restSoon()
    }
  }

  /** Ends it at once, whatever it does. */
  async end(reason: Error): Promise<void> {
    this.#ended ??= reason
    clearTimeout(this.#timer)
    await this.#thread?.end(reason)
  }

  #restSoon(): void {
    if (this.#ended) return
    this.#timer = setTimeout(() => {
      const thread = this.#thread
      this.#thread = null
      void thread?.end(new Error('The thread rests'))
    }, this.#restMs)
    this.#timer.unref()
  }
}

/** To be called in the thread: what it answers to each call, one after the other. */
export function answering(methods: Record<string, (argument: never) => unknown>): void {
  const port = parentPort
  if (port === null) throw new Error('This is no thread')
  let before: Promise<void> = Promise.resolve()
  const answer = async ({ id, method, argument }: Call): Promise<void> => {
    try {
      port.postMessage({ id, value: await methods[method]!(argument as never) })
    } catch (error) {
      const { name, message, code } = error as NodeJS.ErrnoException
      port.postMessage({ id, error: { name, message, ...(code === undefined ? {} : { code }) } })
    }
  }
  port.on('message', (call: Call) => {
    before = before.then(() => answer(call))
  })
}
