import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastSeqOf } from './block.ts'
import { joined, type Lines } from './lines.ts'
import { readHeads, removeSegment, Segment, type SegmentSpan, standing } from './segment.ts'

/** A raw block; bigger ones compress hardly better, smaller ones are skipped more often. */
export const blockBytes = 262_144

const nameOf = (firstSeq: number): string => String(firstSeq).padStart(16, '0')

/** The lines of one source: closed segments, the one that is written, and what waits to become a block. */
export class Stream {
  readonly id: number
  readonly #folder: string
  #closed: SegmentSpan[] = []
  #open: Segment | null = null
  #waiting: Lines[] = []
  #waitingBytes = 0
  #nextSeq = 1
  #sealedSeq = 0
  #lastAt = 0
  /** Places in its files that were not what was written. */
  broken = 0

  constructor(root: string, id: number) {
    this.id = id
    this.#folder = join(root, String(id))
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#load()
  }

  get nextSeq(): number {
    return this.#nextSeq
  }
  get sealedSeq(): number {
    return this.#sealedSeq
  }
  get waitingBytes(): number {
    return this.#waitingBytes
  }
  /** When its newest line was said, in epoch microseconds; 0 where there is none. */
  get lastAt(): number {
    return this.#lastAt
  }
  get bytes(): number {
    return this.#closed.reduce((sum, { bytes }) => sum + bytes, 0) + (this.#open?.bytes ?? 0)
  }
  get spans(): SegmentSpan[] {
    return this.#open?.last ? [...this.#closed, this.#open.span()] : [...this.#closed]
  }
  /** What is in no block yet. */
  get waiting(): { readonly firstSeq: number; readonly lines: Lines } | null {
    if (this.#waiting.length === 0) return null
    if (this.#waiting.length > 1) this.#waiting = [joined(this.#waiting)]
    return { firstSeq: this.#sealedSeq + 1, lines: this.#waiting[0]! }
  }

  /** Takes lines that have been written down under `firstSeq`. */
  add(lines: Lines): void {
    this.#waiting.push(lines)
    this.#waitingBytes += lines.text.length
    this.#nextSeq += lines.at.length
    for (const at of lines.at) if (at > this.#lastAt) this.#lastAt = at
  }

  /** Makes a block of all that waits. Throws what the disk says; the lines wait on then. */
  seal(segmentBytes: number): void {
    const waiting = this.waiting
    if (waiting === null) return
    if (this.#open !== null && this.#open.bytes >= segmentBytes) this.#close()
    this.#open ??= new Segment(this.id, join(this.#folder, nameOf(waiting.firstSeq)))
    const { last } = this.#open
    const isSmall = last !== null && last.rawBytes + this.#waitingBytes <= blockBytes
    // A quiet stream would else leave a block for every few lines.
    const before = isSmall ? this.#open.reopenLast() : null
    if (before === null) this.#open.append(waiting.lines, waiting.firstSeq)
    else this.#open.append(joined([before, waiting.lines]), last!.firstSeq)
    this.#sealedSeq = this.#nextSeq - 1
    this.#waiting = []
    this.#waitingBytes = 0
  }

  /** Removes its oldest segment and answers how many bytes that freed; 0 where there is none. */
  dropOldest(): number {
    if (this.#closed.length === 0) this.#close()
    const oldest = this.#closed.shift()
    if (oldest === undefined) return 0
    removeSegment(oldest.path)
    return oldest.bytes
  }

  /** Removes the segments whose newest line is older. */
  dropBefore(at: number): void {
    if (this.#open?.last && this.#open.span().to < at) this.#close()
    while (this.#closed.length > 0 && this.#closed[0]!.to < at) this.dropOldest()
  }

  /** Removes all its lines and remembers how many there were. */
  forget(): void {
    writeFileSync(this.#forgottenFile, String(this.#nextSeq - 1), { mode: 0o600, flush: true })
    this.#sealedSeq = this.#nextSeq - 1
    this.#waiting = []
    this.#waitingBytes = 0
    this.#lastAt = 0
    while (this.dropOldest() > 0);
  }

  get #forgottenFile(): string {
    return join(this.#folder, 'forgotten')
  }

  /** Its blocks outlive a crash of the machine from then on. */
  sync(): void {
    this.#open?.sync()
  }

  close(): void {
    this.#close()
  }

  #close(): void {
    if (this.#open === null) return
    const span = this.#open.span()
    const dead = this.#open.deadBytes
    this.#open.sync()
    this.#open.close()
    this.#open = null
    if (span.lastSeq === 0) removeSegment(span.path)
    else this.#closed.push(dead * 4 > span.bytes ? this.#tidied(span) : span)
  }

  /** A segment without the blocks that others stand for, under a name of its own: both may be there after a crash. */
  #tidied(span: SegmentSpan): SegmentSpan {
    const path = `${span.path}t`
    removeSegment(path)
    const tidy = new Segment(this.id, path)
    try {
      tidy.copyFrom(span.path)
    } catch {
      // The disk is full: it stays as large as it is.
      tidy.close()
      removeSegment(path)
      return span
    }
    const smaller = tidy.span()
    tidy.sync()
    tidy.close()
    removeSegment(span.path)
    return smaller
  }

  #load(): void {
    const names = readdirSync(this.#folder)
      .filter((name) => name.endsWith('.index'))
      .map((name) => name.slice(0, -'.index'.length))
      .sort()
    for (const name of names) {
      const path = join(this.#folder, name)
      // A tidied one counts only where the crash came after the first was removed.
      if (name.endsWith('t') && names.includes(name.slice(0, -1))) {
        removeSegment(path)
        continue
      }
      const { heads, broken } = readHeads(path)
      this.broken += broken
      const kept = standing(heads)
      if (kept.length === 0) {
        removeSegment(path)
        continue
      }
      const segment = new Segment(this.id, path)
      const span = segment.span()
      segment.close()
      this.#closed.push(span)
      this.#sealedSeq = lastSeqOf(kept.at(-1)!)
      this.#lastAt = Math.max(this.#lastAt, span.to)
    }
    if (existsSync(this.#forgottenFile))
      this.#sealedSeq = Math.max(this.#sealedSeq, Number(readFileSync(this.#forgottenFile, 'utf8')))
    this.#nextSeq = this.#sealedSeq + 1
  }
}
