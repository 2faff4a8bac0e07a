import type { DeploymentLine } from '@wheelhouse/contract'

/** What a batch did: lines were put at the end, somewhere before it, or all were known. */
export type Change = 'appended' | 'inserted' | 'none'

/**
 * The lines of one run in the order of their numbers, whichever way they came: asked for, pushed, or both. A line that is
 * known is not taken twice. Bounded: the oldest leave first.
 */
export class LineOrder {
  readonly capacity: number
  #lines: DeploymentLine[] = []

  constructor(capacity = 100_000) {
    this.capacity = capacity
  }

  get all(): readonly DeploymentLine[] {
    return this.#lines
  }
  /** Number of the newest line; 0 before the first. */
  get last(): number {
    return this.#lines.at(-1)?.seq ?? 0
  }

  add(batch: readonly DeploymentLine[]): { readonly change: Change; readonly fresh: readonly DeploymentLine[] } {
    const last = this.last
    const tail = batch.filter((line) => line.seq > last).sort((a, b) => a.seq - b.seq)
    const appended = tail.filter((line, i) => line.seq !== tail[i - 1]?.seq)
    const known = new Set(batch.length > tail.length ? this.#lines.map((line) => line.seq) : [])
    const before = batch.filter((line) => line.seq <= last && !known.has(line.seq))
    this.#lines.push(...appended)
    if (before.length > 0) {
      const bySeq = new Map([...before, ...this.#lines].map((line) => [line.seq, line]))
      this.#lines = [...bySeq.values()].sort((a, b) => a.seq - b.seq)
    }
    if (this.#lines.length > this.capacity) this.#lines = this.#lines.slice(-this.capacity)
    if (before.length > 0) return { change: 'inserted', fresh: before }
    return { change: appended.length > 0 ? 'appended' : 'none', fresh: appended }
  }
}

export interface LineFilter {
  readonly stage: string
  readonly task: string
}
export const passes = (line: DeploymentLine, { stage, task }: LineFilter): boolean =>
  (stage === '' || line.stage === stage) && (task === '' || line.task === task)

/** Where a stage begins the log says so on a rule; answers its name when this line is the first of it. */
export const beginsStage = (line: DeploymentLine, before: DeploymentLine | undefined): boolean =>
  line.stage !== before?.stage
