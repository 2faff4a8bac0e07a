import type { Log } from '@wheelhouse/platform/log'
import { snappy } from './snappy.ts'
import { labelsOf, seriesOf, type Written } from './write-request.ts'

export interface RemoteWriteParts {
  readonly url: string
  /** Sent as bearer. */
  readonly token: string | null
  readonly log: Log
  readonly intervalMs: number
  /** The newest values of everything. */
  read(): Iterable<Written>
}

export interface RemoteWriteState {
  readonly host: string
  /** Samples, since the start. */
  readonly sent: number
  readonly waiting: number
  readonly dropped: number
  readonly lastAt: number | null
  readonly problem: string | null
}

interface Request {
  readonly body: Buffer
  readonly samples: number
}

const mostSeries = 2_000
const mostWaitingBytes = 16 * 1024 * 1024
const timeoutMs = 30_000
const firstWaitMs = 1_000
const longestWaitMs = 300_000

/** Sends every reading on to a store that takes remote writes of Prometheus, version 1. What it does not take for long is dropped, oldest first. */
export class RemoteWrite {
  readonly #parts: RemoteWriteParts
  readonly #queue: Request[] = []
  readonly #stop = new AbortController()
  #bytes = 0
  #before = new Map<string, Buffer>()
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | null = null
  #sent = 0
  #dropped = 0
  #lastAt: number | null = null
  #problem: string | null = null

  constructor(parts: RemoteWriteParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setInterval(() => this.#take(), this.#parts.intervalMs)
    this.#timer.unref()
  }

  get state(): RemoteWriteState {
    return {
      host: new URL(this.#parts.url).host,
      sent: this.#sent,
      waiting: this.#queue.reduce((sum, { samples }) => sum + samples, 0),
      dropped: this.#dropped,
      lastAt: this.#lastAt,
      problem: this.#problem,
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    await this.#sending
  }

  #take(): void {
    const at = Date.now()
    const now = new Map<string, Buffer>()
    const series: Buffer[] = []
    for (const written of this.#parts.read()) {
      const encoded = labelsOf(written)
      const key = encoded.toString('latin1')
      if (now.has(key)) continue
      now.set(key, encoded)
      series.push(seriesOf(encoded, written.value, at))
    }
    // What is gone is said to be gone: its last value would else be shown on for minutes.
    for (const [key, labels] of this.#before) if (!now.has(key)) series.push(seriesOf(labels, null, at))
    this.#before = now
    for (let from = 0; from < series.length; from += mostSeries) {
      const some = series.slice(from, from + mostSeries)
      this.#put({ body: snappy(Buffer.concat(some)), samples: some.length })
    }
    this.#sending ??= this.#send().finally(() => (this.#sending = null))
  }

  #put(request: Request): void {
    this.#queue.push(request)
    this.#bytes += request.body.length
    while (this.#bytes > mostWaitingBytes && this.#queue.length > 1) this.#dropped += this.#shift()
  }

  #shift(): number {
    const request = this.#queue.shift()!
    this.#bytes -= request.body.length
    return request.samples
  }

  async #send(): Promise<void> {
    let waitMs = firstWaitMs
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const request = this.#queue[0]!
      const { isTaken, isRefused, problem, afterMs } = await this.#post(request)
      if (this.#stop.signal.aborted) return
      if (problem !== this.#problem && problem !== null)
        this.#parts.log.warn({ problem }, 'readings could not be sent on')
      this.#problem = problem
      // While it was sent it may have been dropped for room.
      if ((isTaken || isRefused) && this.#queue[0] === request) this.#shift()
      if (isTaken) {
        this.#sent += request.samples
        this.#lastAt = Date.now()
        waitMs = firstWaitMs
      } else if (isRefused) this.#dropped += request.samples
      else {
        await this.#pause(afterMs ?? waitMs)
        waitMs = Math.min(waitMs * 2, longestWaitMs)
      }
    }
  }

  async #post({ body }: Request): Promise<{
    readonly isTaken: boolean
    /** It will never be taken. */
    readonly isRefused: boolean
    readonly problem: string | null
    readonly afterMs: number | null
  }> {
    const { url, token } = this.#parts
    try {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        body,
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
          'user-agent': 'wheelhouse',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]),
      })
      const text = (await answer.text()).slice(0, 200).trim()
      if (answer.ok) return { isTaken: true, isRefused: false, problem: null, afterMs: null }
      const afterMs = Number(answer.headers.get('retry-after')) * 1000
      return {
        isTaken: false,
        isRefused: answer.status < 500 && answer.status !== 429 && answer.status !== 408,
        problem: `It answered ${answer.status}${text === '' ? '' : `: ${text}`}`,
        afterMs: afterMs > 0 ? Math.min(afterMs, longestWaitMs) : null,
      }
    } catch (error) {
      const cause = (error as { cause?: { code?: unknown } }).cause?.code
      const why = typeof cause === 'string' ? cause : (error as Error).name
      return { isTaken: false, isRefused: false, problem: `It does not answer: ${why}`, afterMs: null }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#stop.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms).unref()
      this.#stop.signal.addEventListener('abort', done, { once: true })
    })
  }
}
