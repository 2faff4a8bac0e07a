import type { Log } from '../log/index.ts'
import type { JobRecord, JobStore } from './jobs.ts'

const TELL_MS = 250

/** A job that is being worked on here: its changes are told and saved, small ones at most every 250 ms. */
export class LiveJob {
  #record: JobRecord
  readonly #store: JobStore
  readonly #tell: (job: JobRecord) => void
  readonly #log: Log
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()

  constructor(record: JobRecord, room: { store: JobStore; tell: (job: JobRecord) => void; log: Log }) {
    this.#record = record
    this.#store = room.store
    this.#tell = room.tell
    this.#log = room.log
  }

  /** A copy: nobody changes a job but through here. */
  get record(): JobRecord {
    return structuredClone(this.#record)
  }

  /** A change of state: told and saved at once. Throws what the store throws. */
  async change(patch: Partial<JobRecord>): Promise<void> {
    this.#record = { ...this.#record, ...patch }
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    await this.#publish()
  }

  /** Progress: told and saved soon, together with what comes until then. */
  touch(patch: Partial<JobRecord>): void {
    this.#record = { ...this.#record, ...patch }
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#publish().catch((error: unknown) =>
        this.#log.warn({ err: error, jobId: this.#record.id }, 'progress of a job was not saved'),
      )
    }, TELL_MS)
  }

  // One save after the other: an older state must never overtake a newer one.
  #publish(): Promise<void> {
    const record = this.record
    this.#tell(record)
    const saved = this.#saving.then(() => this.#store.save(record))
    this.#saving = saved.catch(() => undefined)
    return saved
  }
}
