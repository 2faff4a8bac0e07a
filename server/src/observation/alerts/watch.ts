import type { Event, Service, Target } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Log } from '@wheelhouse/platform/log'
import { onEvent } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Evaluator } from './evaluating/evaluator.ts'
import { lookEveryMs } from './evaluating/judge.ts'
import type { Lease } from './lease.ts'
import type { Teller } from './telling/teller.ts'

export interface WatchParts {
  readonly registry: Registry
  readonly bus: Bus
  readonly log: Log
  readonly evaluator: Evaluator
  readonly teller: Teller
  readonly lease: Lease
  now(): number
  /** Between two looks at what has no event of its own. */
  readonly everyMs?: number
  /** Between two looks at what is to be told. */
  readonly tellEveryMs?: number
  /** An event of every instance, for notes that are no evaluation. */
  heard(event: Event): void
  tidy(): Promise<void>
}

/** What changes within so short a time is looked at together. */
const togetherMs = 50
const tidyEveryMs = 3_600_000

/** The clock and the ears: hands what changes to the evaluator, one thing after the other, and wakes it when time has passed. */
export class Watch {
  readonly #parts: WatchParts
  #services = new Map<string, Service>()
  #targets = new Map<string, Target>()
  #events: Event[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #intervals: ReturnType<typeof setInterval>[] = []
  #leave: (() => void)[] = []
  #work: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: WatchParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { registry, bus, everyMs = lookEveryMs, tellEveryMs = 2_000 } = this.#parts
    this.#leave = [
      registry.onChange((change) => {
        if (change.kind === 'service') this.#services.set(change.service.id, change.service)
        else if (change.kind === 'target') this.#targets.set(change.target.id, change.target)
        else return
        this.#soon()
      }),
      onEvent(bus, (event) => {
        this.#parts.heard(event)
        if (event.type === 'alert-rule.changed') this.look()
        if (event.type.startsWith('alert')) return
        this.#events.push(event)
        this.#soon()
      }),
    ]
    const every = (ms: number, act: () => void): void => void this.#intervals.push(setInterval(act, ms).unref())
    every(everyMs, () => this.look())
    every(tellEveryMs, () => this.tell())
    every(tidyEveryMs, () => this.#queue('old alerts were not removed', () => this.#parts.tidy()))
    this.look()
    await this.#work
  }

  /** Looks at every rule that is due, now. */
  look(): void {
    this.#queue('alert rules were not looked at', async () => {
      const { lease, evaluator } = this.#parts
      if (await lease.renew()) await evaluator.load()
      if (lease.isHeld) await evaluator.look()
    })
  }

  tell(): void {
    this.#queue('alerts were not told', async () => {
      if (this.#parts.lease.isHeld) await this.#parts.teller.pass(this.#parts.now())
    })
  }

  /** Resolves when everything that was handed in is done. */
  async settled(): Promise<void> {
    this.#flush()
    await this.#work
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const leave of this.#leave) leave()
    for (const interval of this.#intervals) clearInterval(interval)
    clearTimeout(this.#timer)
    await this.#work
    await this.#parts.lease.leave()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#flush(), togetherMs)
    this.#timer.unref()
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const [services, targets, events] = [[...this.#services.values()], [...this.#targets.values()], this.#events]
    this.#services = new Map()
    this.#targets = new Map()
    this.#events = []
    if (services.length + targets.length + events.length === 0) return
    this.#queue('changes were not held against the alert rules', async () => {
      const { lease, evaluator } = this.#parts
      if (!lease.isHeld) return
      // Events first: they tell how something ended that the rows only show as over.
      if (events.length > 0) await evaluator.happened(events)
      if (services.length + targets.length > 0) await evaluator.changed(services, targets)
    })
  }

  #queue(what: string, act: () => Promise<void>): void {
    if (this.#isClosed) return
    this.#work = this.#work.then(act).catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, what)
    })
  }
}
