import { type LogLine, logLevels } from '@wheelhouse/contract'
import { goesOn, levelOf, type Line, markOf, sourceOf } from '@wheelhouse/platform/lines'

/** In the order of their numbers in a mark. */
const streams = ['stdout', 'stderr', 'system'] as const

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
