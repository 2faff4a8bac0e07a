import { closeSync } from 'node:fs'
import { type BlockHead, lastSeqOf, unpacked, unpackedColumns } from './block.ts'
import { mayHold } from './bloom.ts'
import type { Hits } from './hits.ts'
import type { Entry } from './journal.ts'
import type { View } from './keeper.ts'
import type { Lines } from './lines.ts'
import { levelOf, lineLevels, sourceOf } from './marks.ts'
import { BlockText, Matcher } from './matcher.ts'
import type { Query } from './query.ts'
import { openData, readBlock, readHeads, type SegmentSpan, standing } from './segment.ts'

/** What a search looked at. */
export interface Scanned {
  blocks: number
  /** Blocks that were not opened, because their heads said that there is nothing. */
  skipped: number
  rawBytes: number
  /** Blocks that are not what was written. */
  broken: number
}
export const nothingScanned = (): Scanned => ({ blocks: 0, skipped: 0, rawBytes: 0, broken: 0 })

type Wanted = Pick<Query, 'from' | 'to' | 'levels' | 'sources'>
const isWanted = (at: number, mark: number, { from, to, levels, sources }: Wanted): boolean =>
  at >= from &&
  at <= to &&
  (levels === 0 || (levels & (1 << levelOf(mark))) !== 0) &&
  (sources === 0 || (sources & (1 << sourceOf(mark))) !== 0)

const hasLevel = ({ counts }: BlockHead, levels: number): boolean =>
  levels === 0 || counts.some((count, level) => count > 0 && (levels & (1 << level)) !== 0)

/** Looks through lines that are in no block, or through those of one. */
function scanLines(
  { stream, firstSeq, lines }: Entry,
  lastSeq: number,
  query: Wanted,
  matcher: Matcher,
  hits: Hits,
): void {
  const block = new BlockText(lines.text, lines.at.length)
  matcher.find(block, (line) => {
    const seq = firstSeq + line
    if (seq > lastSeq) return false
    const at = lines.at[line]!
    const marks = lines.marks[line]!
    if (isWanted(at, marks, query) && hits.takes({ at, stream, seq }))
      hits.add({ stream, seq, at, marks, text: block.line(line) })
    return true
  })
}

export function scanWaiting(
  { waiting, from }: Pick<View, 'waiting' | 'from'>,
  query: Query,
  hits: Hits,
  matcher: Matcher = new Matcher(query.conditions),
): void {
  for (const entry of waiting) scanLines(entry, Infinity, { ...query, from }, matcher, hits)
}

interface Candidate {
  readonly span: SegmentSpan
  readonly head: BlockHead
}

/** Reads blocks of segments, each file opened once. */
class Files {
  readonly #open = new Map<string, number | null>()

  read({ span, head }: Candidate): Buffer | null {
    if (!this.#open.has(span.path)) this.#open.set(span.path, openData(span.path))
    const file = this.#open.get(span.path) ?? null
    return file === null ? null : readBlock(file, head)
  }

  close(): void {
    for (const file of this.#open.values()) if (file !== null) closeSync(file)
  }
}

function candidatesIn(
  spans: readonly SegmentSpan[],
  query: Wanted,
  words: readonly number[],
  scanned: Scanned,
): Candidate[] {
  const found: Candidate[] = []
  for (const span of spans) {
    const { heads, broken } = readHeads(span.path)
    scanned.broken += broken
    for (const head of standing(heads)) {
      if (head.firstSeq > span.lastSeq) break
      if (head.to < query.from || head.from > query.to) continue
      if (hasLevel(head, query.levels) && mayHold(head.bloom, words)) found.push({ span, head })
      else scanned.skipped++
    }
  }
  return found
}

/** Looks through segments, newest or oldest blocks first, until no line that is left could be among the hits. */
export function scanSegments(
  { segments, from }: Pick<View, 'segments' | 'from'>,
  asked: Query,
  matcher: Matcher,
  hits: Hits,
  scanned: Scanned,
): void {
  const query = { ...asked, from }
  const newest = query.order === 'newest'
  const near = ({ head }: Candidate): number => (newest ? head.to : head.from)
  const candidates = candidatesIn(segments, query, matcher.words, scanned).sort((a, b) =>
    newest ? near(b) - near(a) : near(a) - near(b),
  )
  const files = new Files()
  try {
    for (const candidate of candidates) {
      if (hits.isFullBefore(near(candidate))) break
      const { head, span } = candidate
      const lines = opened(files.read(candidate), head, unpacked)
      if (lines === null) {
        scanned.broken++
        continue
      }
      scanned.blocks++
      scanned.rawBytes += head.rawBytes
      scanLines({ stream: span.stream, firstSeq: head.firstSeq, lines }, span.lastSeq, query, matcher, hits)
    }
  } finally {
    files.close()
  }
}

/** A line that is looked at in place: its text is made only when it is asked for. */
export interface SeenLine {
  readonly stream: number
  readonly seq: number
  readonly at: number
  readonly marks: number
  readonly text: () => string
}

/** Goes through all lines that a query means, in no order, block by block, until `each` answers false. */
export function eachLine(
  { segments, waiting, from }: View,
  asked: Pick<Query, 'from' | 'to' | 'levels' | 'sources'>,
  matcher: Matcher,
  scanned: Scanned,
  each: (line: SeenLine) => boolean,
): void {
  const query = { ...asked, from: Math.max(asked.from, from) }
  let goesOn = true
  const look = ({ stream, firstSeq, lines }: Entry, lastSeq: number): void => {
    const block = new BlockText(lines.text, lines.at.length)
    matcher.find(block, (line) => {
      const seq = firstSeq + line
      if (seq > lastSeq) return false
      const at = lines.at[line]!
      const marks = lines.marks[line]!
      if (isWanted(at, marks, query)) goesOn = each({ stream, seq, at, marks, text: () => block.line(line) })
      return goesOn
    })
  }
  for (const entry of waiting) if (goesOn) look(entry, Infinity)
  const files = new Files()
  try {
    // Newest first: where there is more than is looked at, it is the oldest that is left out.
    const candidates = candidatesIn(segments, query, matcher.words, scanned).sort((a, b) => b.head.to - a.head.to)
    for (const candidate of candidates) {
      if (!goesOn) return
      const { head, span } = candidate
      const lines = opened(files.read(candidate), head, unpacked)
      if (lines === null) {
        scanned.broken++
        continue
      }
      scanned.blocks++
      scanned.rawBytes += head.rawBytes
      look({ stream: span.stream, firstSeq: head.firstSeq, lines }, span.lastSeq)
    }
  } finally {
    files.close()
  }
}

const opened = <T>(bytes: Buffer | null, head: BlockHead, open: (bytes: Buffer, count: number) => T): T | null => {
  try {
    return bytes === null ? null : open(bytes, head.count)
  } catch {
    return null
  }
}

/** Counts of lines by level, one row of `lineLevels` numbers a bucket. */
export class Histogram {
  readonly from: number
  readonly stepUs: number
  readonly counts: Float64Array

  constructor(from: number, to: number, buckets: number) {
    this.from = from
    this.stepUs = Math.max(1, (to - from + 1) / buckets)
    this.counts = new Float64Array(buckets * lineLevels)
  }

  #bucket(at: number): number {
    return Math.floor((at - this.from) / this.stepUs)
  }

  addColumns({ at, marks }: Pick<Lines, 'at' | 'marks'>, query: Wanted): void {
    for (let line = 0; line < at.length; line++) {
      const mark = marks[line]!
      if (isWanted(at[line]!, mark, query)) this.counts[this.#bucket(at[line]!) * lineLevels + levelOf(mark)]!++
    }
  }

  add({ at, marks }: Pick<SeenLine, 'at' | 'marks'>): void {
    this.counts[this.#bucket(at) * lineLevels + levelOf(marks)]!++
  }

  /** Takes a whole block by its head where it lies in one bucket; answers whether it could. */
  addHead({ from, to, counts }: BlockHead, query: Wanted): boolean {
    const bucket = this.#bucket(from)
    if (from < query.from || to > query.to || query.sources !== 0 || this.#bucket(to) !== bucket) return false
    for (const [level, count] of counts.entries())
      if (query.levels === 0 || (query.levels & (1 << level)) !== 0) this.counts[bucket * lineLevels + level]! += count
    return true
  }
}

export function countSegments(spans: readonly SegmentSpan[], query: Wanted, into: Histogram, scanned: Scanned): void {
  const files = new Files()
  try {
    for (const candidate of candidatesIn(spans, query, [], scanned)) {
      if (lastSeqOf(candidate.head) <= candidate.span.lastSeq && into.addHead(candidate.head, query)) continue
      const columns = opened(files.read(candidate), candidate.head, unpackedColumns)
      if (columns === null) scanned.broken++
      else into.addColumns(columns, query)
    }
  } finally {
    files.close()
  }
}
