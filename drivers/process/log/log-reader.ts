import { type FileHandle, open } from 'node:fs/promises'
import type { LogLine } from '@wheelhouse/contract'
import type { LogQuery } from '@wheelhouse/driver'
import type { LogFiles, Position } from './log-files.ts'
import { parseStamped, toLogLine } from './stamped-line.ts'

const blockBytes = 65_536

/** History, then what comes: both from the files by one place that only moves forward, so nothing is lost or told twice. */
export async function* readLog(files: LogFiles, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
  const head = files.head
  const since = query.since === null ? null : new Date(query.since).toISOString()
  const until = query.until === null ? null : new Date(query.until).toISOString()
  const follow = query.follow && (until === null || Date.parse(until) > Date.now())
  const end = until === null ? null : AbortSignal.timeout(Math.max(0, Date.parse(until) - Date.now()))
  const over = end && follow ? AbortSignal.any([signal, end]) : signal
  const start = await startOf(files, head, query.tail, since, until)
  for await (const line of forward(files, start, follow ? null : head, over)) {
    if (since !== null && line.at < since) continue
    if (until !== null && line.at > until) continue
    yield line
  }
}

/** The place of the first wanted line, found from the end backwards in blocks. */
async function startOf(
  files: LogFiles,
  head: Position,
  tail: number | null,
  since: string | null,
  until: string | null,
): Promise<Position> {
  if (tail === 0) return head
  let wanted = tail ?? Number.POSITIVE_INFINITY
  const numbers = (await files.list()).filter((file) => file <= head.file)
  if (tail === null && since === null) return { file: numbers[0] ?? head.file, offset: 0 }
  for (const file of numbers.toReversed()) {
    const handle = await open(files.path(file), 'r').catch(() => null)
    if (handle === null) break
    try {
      const size = file === head.file ? head.offset : (await handle.stat()).size
      for await (const { offset, line } of backward(handle, size)) {
        const stamped = parseStamped(line)
        if (!stamped || stamped.mark === '@') continue
        if (since !== null && stamped.at < since) return { file, offset: offset + line.length + 1 }
        if (until !== null && stamped.at > until) continue
        if (--wanted === 0) return { file, offset }
      }
    } finally {
      await handle.close()
    }
  }
  return { file: numbers[0] ?? head.file, offset: 0 }
}

/** The lines before `size`, last first. */
async function* backward(handle: FileHandle, size: number): AsyncGenerator<{ offset: number; line: Buffer }> {
  let rest: Buffer = Buffer.alloc(0)
  let position = size
  while (position > 0) {
    const start = Math.max(0, position - blockBytes)
    const block = Buffer.alloc(position - start)
    await handle.read(block, 0, block.length, start)
    const data = Buffer.concat([block, rest])
    const first = start === 0 ? 0 : data.indexOf(10) + 1
    // Each line ends at `end`, its newline; with no line wholly inside, the block before is needed too.
    for (let end = data.length - 1; end >= first && first < data.length;) {
      const begin = Math.max(first, data.lastIndexOf(10, end - 1) + 1)
      yield { offset: start + begin, line: data.subarray(begin, end) }
      end = begin - 1
    }
    rest = data.subarray(0, first)
    if (first === 0 && start > 0) rest = data
    position = start
  }
}

/** Lines from a place on; to `end`, or for ever when it is null. */
async function* forward(
  files: LogFiles,
  start: Position,
  end: Position | null,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  let { file, offset } = start
  while (!signal.aborted) {
    const handle = await open(files.path(file), 'r').catch(() => null)
    if (handle) {
      try {
        for await (const block of blocks(files, handle, { file, offset }, end, signal)) {
          yield* linesOf(block)
          offset += block.length
          if (signal.aborted) return
        }
      } finally {
        await handle.close()
      }
    }
    const last = end ?? files.head
    if (file >= last.file || (files.closed && end === null)) return
    const next = (await files.list()).find((it) => it > file)
    if (next === undefined) return
    if (next > file + 1 || !handle) yield skipped()
    file = next
    offset = 0
  }
}

function skipped(): LogLine {
  const text = 'Lines are missing here: they were deleted by rotation before they could be read'
  return { at: new Date().toISOString(), stream: 'system', level: 'warn', text }
}

/** Blocks of whole lines of one file; waits at the head while it is the newest. */
async function* blocks(
  files: LogFiles,
  handle: FileHandle,
  start: Position,
  end: Position | null,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let { offset } = start
  let size = blockBytes
  while (!signal.aborted) {
    const head = end ?? files.head
    const limit = head.file === start.file ? head.offset : (await handle.stat()).size
    if (offset >= limit) {
      if (head.file !== start.file || end !== null || files.closed) return
      await files.beyond({ file: start.file, offset }, signal)
      continue
    }
    const data = Buffer.alloc(Math.min(size, limit - offset))
    const { bytesRead } = await handle.read(data, 0, data.length, offset)
    const whole = data.subarray(0, data.lastIndexOf(10, bytesRead - 1) + 1)
    if (bytesRead === 0) return
    if (whole.length === 0) {
      if (data.length < size) return
      size *= 2
      continue
    }
    offset += whole.length
    yield whole
  }
}

function* linesOf(block: Buffer): Generator<LogLine> {
  let from = 0
  for (let next = block.indexOf(10); next >= 0; next = block.indexOf(10, from)) {
    const stamped = parseStamped(block.subarray(from, next))
    const line = stamped && toLogLine(stamped)
    if (line) yield line
    from = next + 1
  }
}
