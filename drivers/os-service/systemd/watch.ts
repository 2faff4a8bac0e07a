import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import type { ObservedService, Observer } from '@wheelhouse/driver'
import type { Stream } from '../runner.ts'
import { entries, type JournalEntry, journalArgv } from './journal.ts'
import { MachineMeter, machineInfo } from './machine.ts'
import { type AskedEnd, observed } from './observed.ts'
import { occurrences } from '../occurrences.ts'
import type { Units } from './units.ts'

export interface WatchParts {
  readonly units: Units
  readonly stream: Stream
  readonly asked: ReadonlyMap<string, AskedEnd>
}

const coalesceMs = 40
const wholeLookMs = 30_000
const usageMs = 10_000
const againMs = 3_000

const why = (error: unknown): string => {
  if (error instanceof Failure) return error.message
  return `The service manager does not answer: ${error instanceof Error ? error.message : String(error)}. It is tried again.`
}

/** One mirror of our units: a snapshot, then what systemd writes to the journal about them, and a whole look now and then. */
export class Watch {
  readonly #parts: WatchParts
  readonly #observer: Observer
  readonly #rows = new Map<string, ObservedService>()
  readonly #meter: MachineMeter
  #turn: Promise<void> = Promise.resolve()
  #dirty = new Set<string>()
  #all = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #broken: ((error: unknown) => void) | null = null

  constructor(parts: WatchParts, observer: Observer) {
    this.#parts = parts
    this.#observer = observer
    this.#meter = new MachineMeter(parts.units.run)
  }

  /** Until the signal aborts; what breaks is told as lost and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const round = new AbortController()
      const over = AbortSignal.any([signal, round.signal])
      try {
        await this.#round(over)
      } catch (error) {
        if (!signal.aborted) this.#observer.lost(why(error))
      } finally {
        this.#broken = null
        clearTimeout(this.#timer)
        this.#timer = undefined
        round.abort()
      }
      await sleep(againMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #round(over: AbortSignal): Promise<void> {
    const { promise: broken, reject } = Promise.withResolvers<never>()
    broken.catch(() => undefined)
    this.#broken = reject
    // The journal first, so that nothing falls between it and the snapshot.
    const heard = this.#listen(over)
    heard.catch(() => undefined)
    this.#observer.connected(await machineInfo(this.#parts.units.run))
    await this.#snapshot()
    if (over.aborted) return
    const whole = setInterval(() => this.touch(null), wholeLookMs)
    const usage = setInterval(() => void this.#usage(over), usageMs)
    try {
      await this.#usage(over)
      await Promise.race([heard, broken])
      if (!over.aborted) throw new Error('its journal ended')
    } finally {
      clearInterval(whole)
      clearInterval(usage)
    }
  }

  async #listen(over: AbortSignal): Promise<void> {
    const { units, stream } = this.#parts
    const from = units.user ? ['SYSLOG_IDENTIFIER=systemd'] : ['_PID=1']
    const argv = journalArgv(units.user, '--follow', '--lines=0', ...from)
    for await (const entry of entries(stream, argv, over)) this.#heard(entry)
  }

  #heard(entry: JournalEntry): void {
    const unit = entry.UNIT ?? entry.USER_UNIT
    // A message about no unit may be a reload: unit files came or went.
    if (unit === undefined) this.touch(null)
    else if (unit.endsWith('.service')) this.touch(unit.slice(0, -'.service'.length))
  }

  async #usage(over: AbortSignal): Promise<void> {
    const usage = await this.#meter.read().catch(() => null)
    if (usage && !over.aborted) this.#observer.usage(usage)
  }

  /** Looks at one soon, or at all; many touches make one look. */
  touch(name: string | null): void {
    if (name === null) this.#all = true
    else this.#dirty.add(name)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.refresh([])
    }, coalesceMs)
  }

  /** Resolves when these, and what was touched before, have been looked at and told. */
  refresh(names: readonly string[]): Promise<void> {
    for (const name of names) this.#dirty.add(name)
    const turn = this.#turn.then(() => this.#look()).catch((error: unknown) => this.#broken?.(error))
    this.#turn = turn
    return turn
  }

  async #look(): Promise<void> {
    const [dirty, all] = [this.#dirty, this.#all]
    this.#dirty = new Set()
    this.#all = false
    if (dirty.size === 0 && !all) return
    const records = await this.#parts.units.records()
    const wanted = [...records.values()].filter(({ name }) => all || dirty.has(name) || !this.#rows.has(name))
    const shown = await this.#parts.units.show(wanted.map(({ name }) => name))
    for (const name of this.#rows.keys()) {
      if (records.has(name)) continue
      this.#rows.delete(name)
      this.#observer.gone(name)
    }
    for (const record of wanted) {
      const now = observed(record, shown.get(record.name) ?? {}, this.#parts.asked.get(record.name))
      const before = this.#rows.get(record.name) ?? null
      if (before && JSON.stringify(before) === JSON.stringify(now)) continue
      this.#rows.set(record.name, now)
      this.#observer.changed(now)
      for (const occurrence of occurrences(before, now)) this.#observer.occurred(occurrence)
    }
  }

  async #snapshot(): Promise<void> {
    const turn = this.#turn.then(async () => {
      const records = await this.#parts.units.records()
      const shown = await this.#parts.units.show([...records.keys()])
      this.#rows.clear()
      for (const record of records.values())
        this.#rows.set(record.name, observed(record, shown.get(record.name) ?? {}, this.#parts.asked.get(record.name)))
      this.#observer.snapshot([...this.#rows.values()])
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}
