import type { DeploymentLine } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { DeploymentFrames } from './frames.ts'

const flushMs = 150
const mostChars = 4_000
const mostLines = 50_000

/** Where lines go for good. */
export interface LineStore {
  addLines(deploymentId: string, lines: readonly DeploymentLine[]): Promise<void>
  lastLine(deploymentId: string): Promise<number>
}

/** Replaces every secret value in a text. The longest first, so that one that holds another is hidden whole. */
export class Mask {
  #values: string[] = []

  add(values: Iterable<string>): void {
    const found = [...values].flatMap((value) => value.split('\n')).filter((value) => value.trim().length >= 4)
    this.#values = [...new Set([...this.#values, ...found])].toSorted((a, b) => b.length - a.length)
  }

  hide(text: string): string {
    let hidden = text
    for (const value of this.#values) if (hidden.includes(value)) hidden = hidden.replaceAll(value, '[secret]')
    return hidden
  }
}

/** What one run prints: numbered, masked, told at once and stored in batches. */
export class RunLines {
  readonly #live: LiveLines
  readonly #deploymentId: string
  readonly #mask: Mask
  #seq: number
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
    for (const part of text.replace(/\n$/, '').split('\n')) {
      if (this.#seq >= mostLines) return
      const last = this.#seq === mostLines - 1
      const line: DeploymentLine = {
        seq: ++this.#seq,
        at: new Date().toISOString(),
        stage,
        task,
        stream: last ? 'system' : stream,
        text: last ? `More than ${mostLines} lines: the rest is left out.` : this.#mask.hide(part).slice(0, mostChars),
      }
      this.#waiting.push(line)
      this.#live.frames.line(this.#deploymentId, line)
    }
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
