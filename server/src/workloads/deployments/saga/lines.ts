import type { DeploymentLine } from '@wheelhouse/contract'
import { createMask } from '@wheelhouse/builders/builder'
import type { Log } from '@wheelhouse/platform/log'
import type { DeploymentFrames } from './frames.ts'

const flushMs = 150
const mostChars = 4_000
const mostOutput = 50_000
/** Lines of the run itself still have room after those of programs. */
const mostLines = 60_000

/** Where lines go for good. */
export interface LineStore {
  addLines(deploymentId: string, lines: readonly DeploymentLine[]): Promise<void>
  lastLine(deploymentId: string): Promise<number>
}

/** Hides the secrets of one run wherever they stand, as programs tend to write them; more are told to it as they become known. */
export class Mask {
  readonly #values = new Set<string>()
  #mask = createMask([])

  add(values: Iterable<string>): void {
    const before = this.#values.size
    for (const value of values) this.#values.add(value)
    if (this.#values.size > before) this.#mask = createMask([...this.#values])
  }

  hide(text: string): string {
    return this.#mask.apply(text)
  }

  /** The beginning of a text that may be very long; a secret that the cut would go through is hidden whole. */
  hideStart(text: string, mostChars: number): string {
    return this.hide(text.slice(0, mostChars + this.#mask.longest)).slice(0, mostChars)
  }

  /** The same value with every text in it hidden. */
  hideIn<T>(value: T): T {
    if (typeof value === 'string') return this.hide(value) as T
    if (Array.isArray(value)) return value.map((item: unknown) => this.hideIn(item)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.hideIn(item as unknown)])) as T
  }
}

/** Lines one at a time: what a flood has beyond the bound is never made. */
function* linesOf(text: string): Generator<string> {
  const end = text.endsWith('\n') ? text.length - 1 : text.length
  for (let at = 0; at <= end;) {
    const next = text.indexOf('\n', at)
    const stop = next === -1 || next > end ? end : next
    yield text.slice(at, stop)
    at = stop + 1
  }
}

/** What one run prints: numbered, masked, told at once and stored in batches. */
export class RunLines {
  readonly #live: LiveLines
  readonly #deploymentId: string
  readonly #mask: Mask
  #seq: number
  #told = false
  #waiting: DeploymentLine[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(live: LiveLines, deploymentId: string, mask: Mask, seq: number) {
    this.#live = live
    this.#deploymentId = deploymentId
    this.#mask = mask
    this.#seq = seq
  }

  add(stage: string, task: string | null, stream: DeploymentLine['stream'], text: string): void {
    for (const part of linesOf(text)) {
      // Why it ended is told last: a program that floods the log must not keep it from being kept.
      if (this.#seq >= (stream === 'system' ? mostLines : mostOutput)) {
        if (stream === 'system' || this.#told) return
        this.#told = true
        this.#put(stage, task, 'system', `More than ${mostOutput} lines: what programs print is left out from here.`)
        return
      }
      this.#put(stage, task, stream, this.#mask.hideStart(part, mostChars))
    }
  }

  #put(stage: string, task: string | null, stream: DeploymentLine['stream'], text: string): void {
    const line: DeploymentLine = { seq: ++this.#seq, at: new Date().toISOString(), stage, task, stream, text }
    this.#waiting.push(line)
    this.#live.frames.line(this.#deploymentId, line)
    this.#timer ??= setTimeout(() => void this.flush(), flushMs)
  }

  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const lines = this.#waiting
    this.#waiting = []
    if (lines.length > 0)
      this.#writing = this.#writing
        .then(() => this.#live.store.addLines(this.#deploymentId, lines))
        .catch((error: unknown) => this.#live.log.warn({ err: error }, 'lines of a deployment were not kept'))
    return this.#writing
  }
}

export class LiveLines {
  readonly store: LineStore
  readonly frames: DeploymentFrames
  readonly log: Log

  constructor(store: LineStore, frames: DeploymentFrames, log: Log) {
    this.store = store
    this.frames = frames
    this.log = log
  }

  async open(deploymentId: string, mask: Mask): Promise<RunLines> {
    return new RunLines(this, deploymentId, mask, await this.store.lastLine(deploymentId))
  }
}
