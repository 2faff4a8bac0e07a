import { array, assert, boolean, constantFrom, nat, property, record, string } from 'fast-check'
import { blockLines, detectLevel } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import { Demultiplexer, type Frame } from './frames.ts'
import { BlockAssembler } from './log-blocks.ts'
import { LogAssembler, type RawLine } from './log-lines.ts'
import { ResumePoint } from './resume-point.ts'

const stamp = (nano: number): string => `2026-11-20T14:25:41.${String(nano).padStart(9, '0')}Z`
const said = record({
  text: string({ unit: 'grapheme', maxLength: 40 }).filter((it) => !/[\r\n]/.test(it)),
  word: constantFrom('', 'ERROR ', '[warn] ', '{"level":"info"} '),
  stream: constantFrom<Frame['stream']>('stdout', 'stderr'),
  isLater: boolean(),
  end: constantFrom('\n', '\r\n', ''),
})

function framed({ stream, data }: Frame): Buffer {
  const head = Buffer.alloc(8)
  head[0] = stream === 'stdout' ? 1 : 2
  head.writeUInt32BE(data.length, 4)
  return Buffer.concat([head, data])
}

/** Both ways of reading the same bytes, in pieces of `size`. */
function bothWays(bytes: Buffer, size: number, points: { lines: ResumePoint; blocks: ResumePoint }) {
  const slow: RawLine[] = []
  const fast: { at: string; stream: string; level: string | null; text: string }[] = []
  const lines = new LogAssembler()
  const blocks = new BlockAssembler(points.blocks)
  const demultiplexers = [new Demultiplexer(), new Demultiplexer()] as const
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size)
    for (const frame of demultiplexers[0].push(chunk))
      slow.push(...lines.push(frame).filter((line) => points.lines.accept(line)))
    for (const frame of demultiplexers[1].push(chunk)) blocks.push(frame)
    const block = blocks.take()
    if (block) fast.push(...blockLines(block))
  }
  slow.push(...lines.flush().filter((line) => points.lines.accept(line)))
  const rest = blocks.flush()
  if (rest) fast.push(...blockLines(rest))
  return { slow, fast }
}

const withoutTime = (lines: readonly { stream: string; text: string }[]) =>
  lines.map(({ stream, text }) => ({ stream, text }))

test('blocks hold the lines that reading line by line gives, wherever the bytes are cut, and again after a rewind', () => {
  assert(
    property(array(said, { maxLength: 30 }), nat(200), (all, cut) => {
      let nano = 1
      const frames = all.map(({ text, word, stream, isLater, end }): Buffer => {
        if (isLater) nano++
        return framed({ stream, data: Buffer.from(`${stamp(nano)} ${word}${text}${end}`) })
      })
      const bytes = Buffer.concat(frames)
      const points = { lines: new ResumePoint(), blocks: new ResumePoint() }
      const first = bothWays(bytes, cut + 1, points)
      expect(withoutTime(first.fast)).toEqual(withoutTime(first.slow))
      expect(first.fast.map(({ at }) => at)).toEqual(first.slow.map(({ time }) => `${time.slice(0, 23)}Z`))
      expect(points.blocks.time).toBe(points.lines.time)
      points.lines.rewind()
      points.blocks.rewind()
      const again = bothWays(bytes, cut + 7, points)
      expect(withoutTime(again.fast)).toEqual(withoutTime(again.slow))
    }),
  )
})

test('the level of a line is that of its text', () => {
  const texts = ['ERROR it broke', '2026-11-20 10:00:00 WARN slow', '{"level":50}', 'nothing', 'grün ERROR: kaputt']
  const bytes = Buffer.concat(
    texts.map((text, at) => framed({ stream: 'stdout', data: Buffer.from(`${stamp(at)} ${text}\n`) })),
  )
  const { fast } = bothWays(bytes, bytes.length, { lines: new ResumePoint(), blocks: new ResumePoint() })
  expect(fast.map(({ level }) => level)).toEqual(texts.map(detectLevel))
})
