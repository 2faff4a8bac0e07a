import type { BegunApply, BegunStep, JournalStore, NumberedStep } from './store.ts'

/**
 * What one apply has begun, each written down before it is done. So an apply that was cut off is gone on with, or put back, by whoever finds
 * its journal; and one that fails goes back by the very same list.
 */
export class ApplyJournal {
  readonly #store: JournalStore
  readonly #apply: BegunApply
  readonly #steps: NumberedStep[]
  #next: number
  /** Why it was going back when it was cut off; null where it goes forward. */
  readonly why: string | null
  /** Labels of what an attempt before this one has begun. */
  readonly #before: ReadonlySet<string>

  private constructor(store: JournalStore, apply: BegunApply, steps: NumberedStep[]) {
    this.#store = store
    this.#apply = apply
    this.#steps = steps
    this.#next = (steps.at(-1)?.number ?? 0) + 1
    this.why = apply.why
    this.#before = new Set(steps.map(({ step }) => step.label))
  }

  /** Takes over what was begun of the stack and never ended. Only one apply of a stack may run at a time. */
  static async open(store: JournalStore, asked: Omit<BegunApply, 'why' | 'startedAt'>): Promise<ApplyJournal> {
    const cut = await store.find(asked.stackId)
    const steps = cut === null ? [] : await store.steps(asked.stackId)
    // A newer revision is somebody's new wish: it goes forward, and what was before stays known.
    const why = cut?.revision === asked.revision ? cut.why : null
    const apply = { ...asked, why, startedAt: Date.now() }
    await store.begin(apply)
    return new ApplyJournal(store, apply, steps)
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0
  }

  /** Newest first, as they are undone. */
  get newestFirst(): readonly BegunStep[] {
    return this.#steps.map(({ step }) => step).toReversed()
  }

  /** Whether an attempt before this one may have done it already. */
  wasBegun(label: string): boolean {
    return this.#before.has(label)
  }

  /** Writes down what is about to be done. What was before the first attempt is what counts: it is never written over. */
  async begin(step: BegunStep): Promise<void> {
    if (this.#steps.some((one) => one.step.label === step.label)) return
    const numbered = { number: this.#next++, step }
    this.#steps.push(numbered)
    await this.#store.addStep(this.#apply.stackId, numbered)
  }

  /** It was not done after all, or has been undone. */
  async drop(label: string): Promise<void> {
    const at = this.#steps.findIndex((one) => one.step.label === label)
    const [dropped] = at < 0 ? [] : this.#steps.splice(at, 1)
    if (dropped) await this.#store.dropStep(this.#apply.stackId, dropped.number)
  }

  /** All of it runs: there is only the way forward. */
  async passed(): Promise<void> {
    this.#steps.length = 0
    await this.#store.dropSteps(this.#apply.stackId)
  }

  async goesBack(why: string): Promise<void> {
    await this.#store.goesBack(this.#apply.stackId, why)
  }

  async end(): Promise<void> {
    await this.#store.end(this.#apply.stackId)
  }
}
