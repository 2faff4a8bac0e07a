import { type LogLine, logLevels } from '@wheelhouse/contract'

/**
 * Lines as columns, in the order they came: one value a line, for whoever takes down so many that an object for each would cost more
 * than the line. `at` is epoch microseconds, `level` the place in `logLevels` and one more, 0 for none, `stream` the place in
 * `logStreams`; `text` is UTF-8, each line ended by a newline, with none inside.
 */
export interface LogBlock {
  readonly at: Float64Array
  readonly level: Uint8Array
  readonly stream: Uint8Array
  readonly text: Uint8Array
}

export const logStreams = ['stdout', 'stderr', 'system'] as const satisfies readonly LogLine['stream'][]

const newline = 10

/** The lines of a block, one by one. */
export function* blockLines({ at, level, stream, text }: LogBlock): Generator<LogLine> {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  for (let line = 0, start = 0; line < at.length; line++) {
    const end = bytes.indexOf(newline, start)
    yield {
      at: new Date(at[line]! / 1000).toISOString(),
      stream: logStreams[stream[line]!]!,
      level: logLevels[level[line]! - 1] ?? null,
      text: bytes.toString('utf8', start, end),
    }
    start = end + 1
  }
}

/** A block of one line, such as a sentence of ours. */
export function blockOf({ at, level, stream, text }: LogLine): LogBlock {
  return {
    at: Float64Array.of(Date.parse(at) * 1000),
    level: Uint8Array.of(level === null ? 0 : logLevels.indexOf(level) + 1),
    stream: Uint8Array.of(logStreams.indexOf(stream)),
    text: Buffer.from(`${text.replaceAll('\n', '␊')}\n`),
  }
}
