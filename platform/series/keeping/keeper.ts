import { join } from 'node:path'
import { HotPoints } from '../codec/hot.ts'
import type { SeriesQuery } from '../query.ts'
import type { Plan } from '../reading/read.ts'
import type { ChunkKeeper, Window } from './chunk-keeper.ts'
import { ExpiryClock } from './expiry-clock.ts'
import { type Generation, Journal } from './journal.ts'
import { spanMs, wholePoints } from './settled.ts'
import type { Made, Task } from './task.ts'
import type { TierSettings } from './tier.ts'
import { tickAt, Tiers } from './tiers.ts'

export interface KeeperOptions {
  readonly folder: string
  /** What all files together may take; the oldest goes first. */
  readonly budgetBytes: number
  /** What ticks of one tier may take in memory before they are sealed, though they are no whole window yet. */
  readonly hotBytes: number
  /** Tiers that ticks come for; the coarsest of them is what is rolled up. */
  readonly ticks: readonly TierSettings[]
  /** Tiers that are made of it; each step is a multiple of the one below. */
  readonly rollups: readonly TierSettings[]
}

const dayMs = 86_400_000
/** Ticks wait in memory for so many sealings that do not come about, as on a full disk; what comes then is refused. */
const mostClosed = 4

/** There is no room for a tick until others have been sealed: it is a gap, or to be given again. */
export class SeriesQueueFull extends Error {
  override readonly name = 'SeriesQueueFull'

  constructor() {
    super('More ticks came than could be written down')
  }
}

export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '')

/** The one writer of a folder of series: writes ticks down, says what is to be sealed, packed and rolled up, and keeps the budget. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #chunks: ChunkKeeper
  readonly #journal: Journal
  readonly #tiers: Tiers
  readonly #current = new Map<number, Generation>()
  #closed: Generation[] = []
  readonly #clock: ExpiryClock
  #trusted: number
  #lastSeq = 0
  #packedBroken = 0

  private constructor(options: KeeperOptions, chunks: ChunkKeeper, windows: readonly Window[], now: number) {
    this.#options = options
    this.#chunks = chunks
    this.#tiers = new Tiers(options.ticks, options.rollups)
    for (const tier of this.#tiers.all) tier.add(...windows.filter(({ tierMs }) => tierMs === tier.stepMs))
    this.#journal = new Journal(join(options.folder, 'journal'))
    this.#closed = this.#journal.replay()
    this.#lastSeq = Math.max(0, ...windows.map(({ seqTo }) => seqTo), ...this.#closed.map(({ seq }) => seq))
    const times = [...windows.map(({ to }) => to), ...this.#closed.flatMap(({ ticks }) => ticks.map(tickAt))]
    const newest = times.reduce<number | null>((most, time) => (time <= now && time > (most ?? 0) ? time : most), null)
    this.#clock = new ExpiryClock(newest, performance.now())
    this.#trusted = this.#clock.now(now, performance.now())
  }

  static async open(options: KeeperOptions, chunks: ChunkKeeper, now: number): Promise<Keeper> {
    const keeper = new Keeper(options, chunks, await chunks.list(), now)
    await keeper.#clear()
    return keeper
  }

  /** Removes what a crash left between making something new and removing what it stands for. */
  async #clear(): Promise<void> {
    for (const window of await this.#chunks.list()) {
      const tier = this.#tiers.of(window.tierMs)
      if (tier?.windows.every((one) => one.seqFrom !== window.seqFrom || one.seqTo !== window.seqTo) ?? true)
        await this.#chunks.remove(window)
    }
    for (const generation of this.#closed)
      if (generation.ticks.length === 0 || (this.#tiers.of(generation.tierMs)?.holds(generation.seq) ?? true))
        this.#forget(generation)
  }

  get bytes(): number {
    return (
      this.#hot.reduce((sum, { bytes }) => sum + bytes, 0) + this.#tiers.all.reduce((sum, { bytes }) => sum + bytes, 0)
    )
  }
  get broken(): number {
    return this.#journal.broken + this.#packedBroken
  }

  get #hot(): Generation[] {
    return [...this.#closed, ...this.#current.values()]
  }

  /** Writes a tick down (see `encodedTick`). It outlives this process when it has answered. Throws SeriesQueueFull, or what the disk says. */
  async append(tick: Uint8Array): Promise<void> {
    const tierMs = new DataView(tick.buffer).getFloat64(8, true)
    if (this.#tiers.given.every(({ stepMs }) => stepMs !== tierMs))
      throw new RangeError(`There is no tier with a step of ${tierMs} ms that ticks come for`)
    const waiting = this.#closed.reduce((sum, { bytes }) => sum + bytes, 0)
    if (waiting > this.#hotBytes * mostClosed) throw new SeriesQueueFull()
    const at = tickAt(tick)
    const before = this.#current.get(tierMs)?.ticks.at(-1)
    // A window never spans a change of the clock, so that one wrong hour does not keep others from growing old.
    if (before !== undefined && Math.abs(at - tickAt(before)) > spanMs(tierMs)) this.#close(tierMs)
    const generation = this.#current.get(tierMs) ?? this.#begin(tierMs)
    for (let tries = 0; ; tries++) {
      try {
        this.#journal.append(generation, tick)
        break
      } catch (error) {
        if (!isFull(error) || tries >= 8 || !(await this.#dropOldest())) throw error
      }
    }
    const first = tickAt(generation.ticks[0]!)
    const isWhole = generation.ticks.length >= wholePoints || at - first >= spanMs(tierMs) - tierMs
    if (isWhole || generation.bytes >= this.#hotBytes) this.#close(tierMs)
    await this.#keepBudget()
  }

  /** What was appended outlives a crash of the machine from then on. */
  sync(): void {
    this.#journal.sync()
  }

  /** What is to be done next, if anything. It stays so until `done`. */
  task(): Task | null {
    const [generation] = this.#closed
    if (generation !== undefined)
      return { kind: 'seal', tierMs: generation.tierMs, seq: generation.seq, ticks: generation.ticks }
    for (const tier of this.#tiers.all) {
      const windows = tier.nextToPack()
      if (windows !== null) return { kind: 'pack', windows }
      const window = tier.nextToRoll()
      if (window !== null) return { kind: 'roll', window, stepMs: tier.stepMs }
    }
    return null
  }

  async done(task: Task, { window, broken }: Made): Promise<void> {
    this.#packedBroken += broken
    const gone = window === null ? [] : (this.#tiers.of(window.tierMs)?.add(window) ?? [])
    for (const one of gone) await this.#chunks.remove(one)
    if (task.kind === 'seal') {
      const generation = this.#closed.find(({ seq }) => seq === task.seq)
      if (generation !== undefined) this.#forget(generation)
    } else if (task.kind === 'pack' && window === null) for (const one of task.windows) await this.#drop(one)
    else if (task.kind === 'roll') {
      const tier = this.#tiers.of(task.stepMs)!
      tier.rolledTo = Math.max(tier.rolledTo, task.window.seqTo)
    }
    await this.#keepBudget()
  }

  plan(query: SeriesQuery): Plan {
    return this.#tiers.plan(query, this.#hot)
  }

  /** Removes what is older than its tier is kept. `now` is epoch ms; to be called now and then. */
  async expire(now: number): Promise<void> {
    this.#trusted = this.#clock.now(now, performance.now())
    for (const { windows, keepMs } of this.#tiers.all)
      for (const window of windows) if (window.to < this.#trusted - keepMs) await this.#drop(window)
    await this.#keepBudget()
  }

  /** Makes room on a full disk. Answers whether there was anything to remove. */
  async press(): Promise<boolean> {
    return await this.#dropOldest()
  }

  /** Bytes, windows and time of each tier, finest first. */
  usage(): { stepMs: number; windows: number; bytes: number; from: number; to: number }[] {
    return this.#tiers.all.map(({ stepMs, windows, bytes }) => {
      const from = windows.reduce((least, window) => Math.min(least, window.from), Infinity)
      const to = windows.reduce((most, window) => Math.max(most, window.to), -Infinity)
      return { stepMs, windows: windows.length, bytes, from, to }
    })
  }

  close(): void {
    this.#journal.close()
  }

  /** Journals count against the budget too, so with a small one they are small. */
  get #hotBytes(): number {
    return Math.min(this.#options.hotBytes, this.#options.budgetBytes / 8)
  }

  #begin(tierMs: number): Generation {
    const generation: Generation = {
      tierMs,
      seq: ++this.#lastSeq,
      ticks: [],
      points: new HotPoints(tierMs, []),
      bytes: 0,
    }
    this.#current.set(tierMs, generation)
    return generation
  }

  #close(tierMs: number): void {
    const generation = this.#current.get(tierMs)
    if (generation === undefined) return
    this.#current.delete(tierMs)
    this.#closed.push(generation)
  }

  #forget(generation: Generation): void {
    this.#journal.remove(generation)
    this.#closed = this.#closed.filter((one) => one !== generation)
  }

  async #drop(window: Window): Promise<void> {
    this.#tiers.of(window.tierMs)?.drop(window)
    await this.#chunks.remove(window)
  }

  async #keepBudget(): Promise<void> {
    while (this.bytes > this.#options.budgetBytes && (await this.#dropOldest()));
  }

  /** The oldest of all tiers; before it what claims to come from a future that a wrong clock told of. */
  async #dropOldest(): Promise<boolean> {
    const age = ({ from, to }: Window): number => (from > this.#trusted + dayMs ? -Infinity : to)
    let oldest: Window | null = null
    for (const { windows } of this.#tiers.all)
      for (const window of windows) if (oldest === null || age(window) < age(oldest)) oldest = window
    if (oldest === null) return false
    await this.#drop(oldest)
    return true
  }
}
