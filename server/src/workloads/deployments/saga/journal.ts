import type { StepName } from './step-names.ts'

export type StepState = 'begun' | 'done' | 'failed' | 'undoing' | 'undone' | 'undo-failed'

/** One thing a run did, written down before it was done. `args` and `result` are JSON and hold no secret. Times are epoch ms. */
export interface StepEntry {
  readonly seq: number
  /** The same in every run of the stage that made it, so that a run taken up again finds it. */
  readonly id: string
  readonly stage: string
  readonly kind: StepName
  readonly args: Readonly<Record<string, unknown>>
  readonly state: StepState
  readonly result: unknown
  readonly error: string | null
  readonly begunAt: number
  readonly endedAt: number | null
}

/** Where the journal of one run is kept. */
export interface JournalStore {
  steps(deploymentId: string): Promise<StepEntry[]>
  begin(deploymentId: string, entry: StepEntry): Promise<void>
  change(
    deploymentId: string,
    seq: number,
    change: Pick<StepEntry, 'state'> & Partial<Pick<StepEntry, 'result' | 'error' | 'endedAt'>>,
  ): Promise<void>
}

/** The journal of one run: every step is written before it acts and after it has acted. */
export class Journal {
  readonly #store: JournalStore
  readonly #deploymentId: string
  readonly #entries: StepEntry[]

  private constructor(store: JournalStore, deploymentId: string, entries: StepEntry[]) {
    this.#store = store
    this.#deploymentId = deploymentId
    this.#entries = entries
  }

  static async open(store: JournalStore, deploymentId: string): Promise<Journal> {
    return new Journal(store, deploymentId, await store.steps(deploymentId))
  }

  get entries(): readonly StepEntry[] {
    return this.#entries
  }
  find(id: string): StepEntry | null {
    return this.#entries.find((entry) => entry.id === id) ?? null
  }

  async begin(step: Pick<StepEntry, 'id' | 'stage' | 'kind' | 'args'>): Promise<StepEntry> {
    const entry: StepEntry = {
      ...step,
      seq: this.#entries.length + 1,
      state: 'begun',
      result: null,
      error: null,
      begunAt: Date.now(),
      endedAt: null,
    }
    this.#entries.push(entry)
    await this.#store.begin(this.#deploymentId, entry)
    return entry
  }

  async change(
    seq: number,
    change: Pick<StepEntry, 'state'> & Partial<Pick<StepEntry, 'result' | 'error'>>,
  ): Promise<StepEntry> {
    const index = this.#entries.findIndex((entry) => entry.seq === seq)
    const entry = { ...this.#entries[index]!, ...change, endedAt: Date.now() }
    this.#entries[index] = entry
    await this.#store.change(this.#deploymentId, seq, { ...change, endedAt: entry.endedAt })
    return entry
  }

  /** A migration ran, or may have run: one that failed or was cut off may have changed a part. */
  get mayHaveMigrated(): boolean {
    return this.#entries.some(
      ({ kind, result }) => kind === 'app.migrate' && (result as { changed?: boolean } | null)?.changed !== false,
    )
  }

  /** What has to be undone, the last first: all that was begun and not undone, whether or not it was finished. */
  toUndo(): StepEntry[] {
    return this.#entries.filter((entry) => entry.state !== 'undone').toReversed()
  }
}
