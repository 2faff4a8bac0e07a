import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, Journal } from './journal.ts'
import type { Lines } from './lines.ts'
import type { SegmentSpan } from './segment.ts'
import { blockBytes, Stream } from './stream.ts'

export interface KeeperOptions {
  readonly folder: string
  /** What all files together may take. */
  readonly budgetBytes: number
  /** Lines older than this go; null keeps them as long as there is room. */
  readonly maxAgeMs: number | null
  /** What may wait in memory, of all streams together. */
  readonly waitingBytes: number
}

/** Where lines stand at one moment. What is sealed afterwards is in `waiting` already: a reader stops at `lastSeq`. */
export interface View {
  readonly segments: readonly SegmentSpan[]
  readonly waiting: readonly Entry[]
  /** What is older is not to be shown, though its file may be there still. Epoch microseconds. */
  readonly from: number
}

const journalFiles = 3
const largestSegment = 16 * 1024 * 1024
const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '')

/** The one writer of a folder of streams: writes lines down, seals them into blocks, and keeps within the budget. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #journal: Journal
  readonly #streams = new Map<number, Stream>()
  #waitingBytes = 0
  #floor = 0
  /** Lines that went because there was no room on the disk for them. */
  lost = 0

  constructor(options: KeeperOptions) {
    this.#options = options
    mkdirSync(this.#streamsFolder, { recursive: true, mode: 0o700 })
    mkdirSync(this.#journalFolder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#streamsFolder))
      if (/^\d+$/.test(name)) this.#streams.set(Number(name), new Stream(this.#streamsFolder, Number(name)))
    // Replayed files count against the budget too: an eighth of it, and not above 64 MB, for all of them.
    this.#journal = new Journal(
      this.#journalFolder,
      Math.min(largestSegment, Math.max(blockBytes / 4, Math.floor(options.budgetBytes / 8 / journalFiles))),
    )
    for (const entry of this.#journal.replay()) this.#takeBack(entry)
    this.#tidy()
  }

  get bytes(): number {
    let sum = this.#journal.bytes
    for (const stream of this.#streams.values()) sum += stream.bytes
    return sum
  }
  get broken(): number {
    return [...this.#streams.values()].reduce((sum, { broken }) => sum + broken, 0)
  }

  /** When the newest line kept of a stream was said; 0 where there is none. From there on its source is asked after a gap. */
  watermark(stream: number): number {
    return this.#streams.get(stream)?.lastAt ?? 0
  }

  /**
   * Writes lines down. They outlive this process when it returns. On a full disk the oldest of what is kept goes for them; where even
   * that does not help, they are not kept, and it throws what the disk says. Answers the number of the first line of each piece.
   */
  append(pieces: readonly { readonly stream: number; readonly lines: Lines }[]): number[] {
    const next = new Map<number, number>()
    const entries = pieces.map(({ stream, lines }) => {
      const firstSeq = next.get(stream) ?? this.#of(stream).nextSeq
      next.set(stream, firstSeq + lines.at.length)
      return { stream, firstSeq, lines }
    })
    try {
      this.#pressing(() => this.#journal.append(entries))
    } catch (error) {
      for (const { lines } of entries) this.lost += lines.at.length
      throw error
    }
    for (const { stream, lines } of entries) this.#take(this.#of(stream), lines)
    this.#tidy()
    return entries.map(({ firstSeq }) => firstSeq)
  }

  /** What was appended outlives a crash of the machine from then on. */
  sync(): void {
    this.#journal.sync()
  }

  view(streams: readonly number[] | null, since: number, to: number): View {
    const from = Math.max(since, this.#floor)
    const wanted = streams === null ? [...this.#streams.values()] : streams.flatMap((id) => this.#streams.get(id) ?? [])
    return {
      segments: wanted.flatMap(({ spans }) => spans.filter((span) => span.from <= to && span.to >= from)),
      waiting: wanted.flatMap(({ id, waiting }) => (waiting === null ? [] : [{ stream: id, ...waiting }])),
      from,
    }
  }

  usage(): { stream: number; bytes: number; from: number; to: number; lines: number }[] {
    return [...this.#streams.values()].map((stream) => {
      const { spans } = stream
      const first = spans[0]
      const from = first?.from ?? stream.waiting?.lines.at[0] ?? 0
      const firstSeq = first?.firstSeq ?? stream.sealedSeq + 1
      return {
        stream: stream.id,
        bytes: stream.bytes,
        from: Math.max(from, this.#floor),
        to: stream.lastAt,
        lines: stream.nextSeq - firstSeq,
      }
    })
  }

  /** Hides what is older than `maxAgeMs`, and removes the files that hold nothing else. `now` is epoch ms; to be called now and then. */
  expire(now: number): void {
    const { maxAgeMs } = this.#options
    if (maxAgeMs === null) return
    this.#floor = (now - maxAgeMs) * 1000
    for (const stream of this.#streams.values()) stream.dropBefore(this.#floor)
  }

  /** Removes all lines of a stream. Its numbers go on, so that what a journal tells of it after a crash stays gone. */
  forget(id: number): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return
    this.#waitingBytes -= stream.waitingBytes
    stream.forget()
    this.#tidy()
  }

  close(): void {
    this.#journal.close()
    for (const stream of this.#streams.values()) stream.close()
  }

  get #streamsFolder(): string {
    return join(this.#options.folder, 'streams')
  }
  get #journalFolder(): string {
    return join(this.#options.folder, 'journal')
  }

  /** With many streams and a small budget segments are small, so that taking the oldest takes little. */
  get #segmentBytes(): number {
    const fair = this.#options.budgetBytes / Math.max(1, this.#streams.size)
    return Math.min(largestSegment, Math.max(blockBytes / 4, fair / 4))
  }

  #of(id: number): Stream {
    let stream = this.#streams.get(id)
    if (stream === undefined) this.#streams.set(id, (stream = new Stream(this.#streamsFolder, id)))
    return stream
  }

  #take(stream: Stream, lines: Lines): void {
    stream.add(lines)
    this.#waitingBytes += lines.text.length
    if (stream.waitingBytes >= blockBytes) this.#seal(stream)
  }

  /** After a crash: lines that stand in a block already are not taken twice. */
  #takeBack({ stream: id, firstSeq, lines }: Entry): void {
    const stream = this.#of(id)
    const known = stream.nextSeq - firstSeq
    if (known >= lines.at.length) return
    if (known <= 0) this.#take(stream, lines)
    else {
      let start = 0
      for (let line = 0; line < known; line++) start = lines.text.indexOf(10, start) + 1
      const rest = { at: lines.at.slice(known), marks: lines.marks.slice(known), text: lines.text.subarray(start) }
      this.#take(stream, rest)
    }
  }

  #seal(stream: Stream): void {
    const before = stream.waitingBytes
    try {
      this.#pressing(() => stream.seal(this.#segmentBytes))
    } catch (error) {
      // They stand in the journal and wait on.
      if (!isFull(error)) throw error
    }
    this.#waitingBytes -= before - stream.waitingBytes
  }

  readonly #isSealed = (id: number, seq: number): boolean => (this.#streams.get(id)?.sealedSeq ?? Infinity) >= seq

  readonly #syncStreams = (ids: Iterable<number>): void => {
    for (const id of ids) this.#streams.get(id)?.sync()
  }

  #tidy(): void {
    if (this.#waitingBytes > this.#options.waitingBytes) {
      const largest = [...this.#streams.values()].sort((a, b) => b.waitingBytes - a.waitingBytes)
      for (const stream of largest) {
        if (this.#waitingBytes <= this.#options.waitingBytes / 2) break
        this.#seal(stream)
      }
    }
    this.#journal.release(this.#isSealed, this.#syncStreams)
    if (this.#journal.fileCount > journalFiles) {
      for (const id of this.#journal.holders(this.#isSealed)) this.#seal(this.#of(id))
      this.#journal.release(this.#isSealed, this.#syncStreams)
    }
    let over = this.bytes - this.#options.budgetBytes
    while (over > 0) {
      const freed = this.#dropOne()
      if (freed === 0) break
      over -= freed
    }
  }

  /** The stream that takes most gives its oldest: so each gets a fair share, and what a quiet one has is left alone. */
  #dropOne(): number {
    let most: Stream | null = null
    let bytes = 0
    for (const stream of this.#streams.values()) {
      const its = stream.bytes
      if (its > bytes) [most, bytes] = [stream, its]
    }
    return most?.dropOldest() ?? 0
  }

  /** Tries again with more room where the disk is full. */
  #pressing(work: () => void): void {
    for (let tries = 0; ; tries++) {
      try {
        work()
        return
      } catch (error) {
        if (!isFull(error) || tries >= 8 || this.#dropOne() === 0) throw error
      }
    }
  }
}
