import { setTimeout as pause } from 'node:timers/promises'
import { Failure, type LogLine } from '@wheelhouse/contract'
import { blockLines, type LogBlock } from '@wheelhouse/driver'
import { joined, LineQueueFull, type Lines, type LineStore, linesOf } from '@wheelhouse/platform/lines'
import type { Registry } from '../../inventory/targets/index.ts'
import type { GapReason } from './store.ts'
import { goesOnWith, leveled } from '../log-formats/index.ts'
import { type Before, type KeptRow, packed, packedBlock } from './columns.ts'
import { type Resumption, resumptionOf } from './resumption.ts'
import type { Taps } from './taps.ts'

export interface FollowerParts {
  readonly registry: Registry
  readonly store: LineStore
  readonly taps: Taps
  readonly serviceId: string
  /** The number its lines are kept under. */
  readonly source: number
  /** When the newest line that is kept was said, in epoch microseconds; 0 for none. */
  readonly watermarkUs: number
  /** Of one that does not run: what it has said is taken, and no more is waited for. */
  readonly isOver: boolean
  /** Lines of that time (epoch ms) cannot be had any more. */
  lost(fromMs: number, toMs: number, reason: GapReason): Promise<void>
}

const gatherMs = 100
const gatherLines = 500
const gatherBytes = 65_536
const longestPauseMs = 30_000
/** Of one that has said much before it was first seen here, the newest lines are taken. */
const firstLines = 20_000

/**
 * Takes the lines of one service down, from the last one that is kept on, until the service is gone or it is closed. It reads no further
 * than it has written: what cannot be written waits at its target, and none is lost.
 */
export class Follower {
  readonly #parts: FollowerParts
  readonly #stop = new AbortController()
  /** What has come and is not written, in its order: whole blocks, and behind them single lines. */
  #blocks: Lines[] = []
  #rows: KeptRow[] = []
  #lines = 0
  #bytes = 0
  #writing: Promise<void> = Promise.resolve()
  #before: Before | null = null
  #isJoined = false
  #reporting: Promise<void> = Promise.resolve()
  #watermarkUs: number
  /** Why lines do not come in; null while they do. */
  problem: string | null = null
  readonly done: Promise<void>

  constructor(parts: FollowerParts) {
    this.#parts = parts
    this.#watermarkUs = parts.watermarkUs
    this.done = this.#run().then(() => this.#reporting)
  }

  /** When the newest line that is written was said, in epoch microseconds. */
  get watermarkUs(): number {
    return this.#watermarkUs
  }

  get isClosed(): boolean {
    return this.#stop.signal.aborted
  }

  close(): void {
    this.#stop.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        if (await this.#follow()) tries = 0
        this.problem = null
        if (this.#parts.isOver) return
      } catch (error) {
        if (error instanceof Failure && error.code === 'NOT_FOUND') return
        if (!signal.aborted) this.problem = (error as Error).message
      }
      if (signal.aborted || this.#parts.registry.service(this.#parts.serviceId) === null) return
      await pause(Math.min(longestPauseMs, 500 * 2 ** Math.min(tries, 8)), undefined, { signal }).catch(() => undefined)
    }
  }

  /** Whether any line came. */
  async #follow(): Promise<boolean> {
    this.#isJoined = false
    const { registry, store, serviceId, source, isOver } = this.#parts
    const { signal } = this.#stop
    const { connection, nativeId } = registry.reach(serviceId)
    const from = await resumptionOf(store, source, this.#watermarkUs)
    const tail = from.since === null ? firstLines : null
    const query = { tail, since: from.since, until: null, follow: !isOver }
    let came = false
    const timer = setInterval(() => void this.#write(), gatherMs)
    try {
      const blocks = connection.logBlocks?.(nativeId, query, signal)
      if (blocks)
        for await (const block of blocks) {
          came = true
          this.#takeBlock(block, from)
          if (this.#isFull) await this.#write()
        }
      else
        for await (const line of connection.logs(nativeId, query, signal)) {
          came = true
          this.#take(line, from)
          if (this.#isFull) await this.#write()
        }
    } finally {
      clearInterval(timer)
      await this.#write()
    }
    return came
  }

  get #isFull(): boolean {
    return this.#lines >= gatherLines || this.#bytes >= gatherBytes
  }

  /** With the first line behind what is kept: whether its source has held everything since. */
  #join(atUs: number, from: Resumption): void {
    if (this.#isJoined || atUs <= this.#watermarkUs) return
    this.#isJoined = true
    if (from.isCut()) this.#report(this.#watermarkUs / 1000, atUs / 1000, 'rotated')
  }

  #report(fromMs: number, toMs: number, reason: GapReason): void {
    this.#reporting = this.#reporting.then(() => this.#parts.lost(Math.floor(fromMs), Math.ceil(toMs), reason))
  }

  #takeBlock(block: LogBlock, from: Resumption): void {
    if (block.at[0]! < from.newFromUs) {
      for (const line of blockLines(block)) this.#take(line, from)
      return
    }
    this.#join(block.at[0]!, from)
    this.#settleRows()
    const { lines, last } = packedBlock(block, this.#before)
    this.#before = last
    this.#blocks.push(lines)
    this.#lines += lines.at.length
    this.#bytes += lines.text.length
  }

  #take(line: LogLine, from: Resumption): void {
    if (!from.isNew(line)) return
    const atMs = Date.parse(line.at)
    if (line.stream !== 'system') this.#join(atMs * 1000, from)
    const here = { stream: line.stream, atMs }
    const goesOn = goesOnWith(line.text, this.#before, here)
    const row = packed(goesOn ? line : leveled(line), atMs, goesOn)
    if (line.stream !== 'system') this.#before = here
    this.#rows.push(row)
    this.#lines++
    this.#bytes += line.text.length
  }

  #settleRows(): void {
    if (this.#rows.length > 0) this.#blocks.push(linesOf(this.#rows))
    this.#rows = []
  }

  /** One after the other; answers when all that was gathered is written, or when it is closed. */
  #write(): Promise<void> {
    if (this.#lines === 0) return this.#writing
    this.#settleRows()
    const lines = joined(this.#blocks)
    this.#blocks = []
    this.#lines = 0
    this.#bytes = 0
    return (this.#writing = this.#writing.then(() => this.#append(lines)))
  }

  async #append(lines: Lines): Promise<void> {
    const { store, source, serviceId, taps } = this.#parts
    const { signal } = this.#stop
    for (let tries = 0; ; tries++) {
      try {
        const firstSeq = await store.append(source, lines)
        if (tries === 0) taps.tell({ serviceId, source, lines, firstSeq })
        for (const at of lines.at) if (at > this.#watermarkUs) this.#watermarkUs = at
        if (tries > 0) this.problem = null
        return
      } catch (error) {
        // What is not written when this ends is asked for again at the next start, where it is still there then.
        if (signal.aborted) {
          if (this.#parts.registry.service(serviceId) === null)
            this.#report(lines.at[0]! / 1000, lines.at.at(-1)! / 1000, 'unwritten')
          return
        }
        // Those who look on need not wait for the disk.
        if (tries === 0) taps.tell({ serviceId, source, lines, firstSeq: null })
        const isFull = error instanceof LineQueueFull
        if (!isFull) this.problem = `The lines could not be written: ${(error as Error).message}`
        const waitMs = isFull ? 50 : Math.min(longestPauseMs, 500 * 2 ** Math.min(tries, 6))
        await pause(waitMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }
}
