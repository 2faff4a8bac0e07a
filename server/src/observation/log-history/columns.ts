import { type LogLine, logLevels } from '@wheelhouse/contract'
import { type LogBlock, logStreams } from '@wheelhouse/driver'
import { goesOn, levelOf, type Line, type Lines, markOf, sourceOf } from '@wheelhouse/platform/lines'
import { formatLevel, goesOnWith, mayGoOn, mayTellLevel } from '../log-formats/index.ts'

/** In the order of their numbers in a mark. */
const streams = logStreams

/** Names of the columns of a count by level, in their order; the first is of lines that tell none. */
export const levelColumns: readonly string[] = ['none', ...logLevels]

export function bitsOfLevels(levels: readonly string[]): number {
  return levels.reduce((bits, level) => bits | (1 << levelColumns.indexOf(level)), 0)
}
export function bitsOfStreams(names: readonly string[]): number {
  return names.reduce((bits, name) => bits | (1 << streams.indexOf(name as LogLine['stream'])), 0)
}
export const isLevel = (word: string): boolean => levelColumns.includes(word)
export const isStream = (word: string): boolean => (streams as readonly string[]).includes(word)

/** A line as it is kept. `at` is epoch microseconds. */
export interface KeptRow {
  readonly at: number
  readonly marks: number
  readonly text: string
}

export function packed(line: LogLine, atMs: number, isContinued: boolean): KeptRow {
  const level = line.level === null ? 0 : logLevels.indexOf(line.level) + 1
  return { at: atMs * 1000, marks: markOf(level, streams.indexOf(line.stream), isContinued), text: line.text }
}

export function unpacked(line: Pick<Line, 'at' | 'marks' | 'text'>): LogLine & { goesOn: boolean } {
  return {
    at: new Date(line.at / 1000).toISOString(),
    stream: streams[sourceOf(line.marks)] ?? 'system',
    level: logLevels[levelOf(line.marks) - 1] ?? null,
    text: line.text,
    goesOn: goesOn(line.marks),
  }
}

/** What a line is behind: its stream and time, epoch ms. */
export interface Before {
  readonly stream: string
  readonly atMs: number
}

/** A block as it is kept, and the last of its lines that is no sentence of ours. */
export function packedBlock(block: LogBlock, before: Before | null): { lines: Lines; last: Before | null } {
  const { at, level, stream, text } = block
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  const marks = new Uint8Array(at.length)
  let last = before
  for (let line = 0, start = 0; line < at.length; line++) {
    const end = bytes.indexOf(10, start)
    const here = { stream: streams[stream[line]!]!, atMs: at[line]! / 1000 }
    const first = bytes[start]!
    let own = level[line]!
    let isContinued = false
    // Most lines are neither, and are never made a text.
    const mayBeFormat = own === 0 && mayTellLevel(first) && here.stream !== 'system'
    if (mayBeFormat || mayGoOn(first)) {
      const words = bytes.toString('utf8', start, end)
      isContinued = mayGoOn(first) && goesOnWith(words, last, here)
      const told = mayBeFormat && !isContinued ? formatLevel(words) : null
      if (told !== null) own = logLevels.indexOf(told) + 1
    }
    marks[line] = markOf(own, stream[line]!, isContinued)
    if (here.stream !== 'system') last = here
    start = end + 1
  }
  return { lines: { at, marks, text }, last }
}
