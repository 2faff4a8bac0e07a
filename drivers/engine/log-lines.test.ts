import { array, assert, constant, constantFrom, nat, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { LogAssembler, type RawLine } from './log-lines.ts'
import { ResumePoint } from './resume-point.ts'

const stamp = (nano: number): string => `2026-11-20T14:25:41.${String(nano).padStart(9, '0')}Z`
const text = string({ unit: 'grapheme', maxLength: 30 }).filter((it) => !/[\r\n]/.test(it))

function read(bytes: Buffer, cuts: readonly number[] = []): RawLine[] {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b)
  const reader = new LogAssembler()
  const push = (data: Buffer): RawLine[] => reader.push({ stream: 'stdout', data })
  return [...places.flatMap((place, index) => push(bytes.subarray(places[index - 1] ?? 0, place))), ...reader.flush()]
}

test('lines come back whole wherever the bytes are cut, inside a character too', () => {
  assert(
    property(array(text), array(nat()), constantFrom('\n', '\r\n'), (texts, cuts, end) => {
      const bytes = Buffer.from(texts.map((it, index) => `${stamp(index)} ${it}${end}`).join(''))
      const expected = texts.map((it, index) => ({ time: stamp(index), stream: 'stdout', text: it }))
      expect(read(bytes, cuts)).toEqual(expected)
    }),
  )
})

test('pieces of a long line are joined, and a character between two of them with it', () => {
  const line = Buffer.from(`${'x'.repeat(16_383)}${'ü'.repeat(9000)}`)
  const pieces = [line.subarray(0, 16_384), line.subarray(16_384, 32_768), line.subarray(32_768)]
  const bytes = Buffer.concat(pieces.flatMap((piece) => [Buffer.from(`${stamp(7)} `), piece]))
  const lines = read(Buffer.concat([bytes, Buffer.from(`\n${stamp(8)} next\n`)]), [5, 16_390, 16_420, 40_000])
  expect(lines.map((it) => it.text)).toEqual([line.toString(), 'next'])
})

test('a piece that grew because the engine replaced bytes is joined as well', () => {
  const first = `${'x'.repeat(16_383)}\uFFFD`
  expect(read(Buffer.from(`${stamp(1)} ${first}${stamp(1)} rest\n`)).map((it) => it.text)).toEqual([`${first}rest`])
})

test('a line without an end is cut at a megabyte', () => {
  const reader = new LogAssembler()
  const push = (data: string): RawLine[] => reader.push({ stream: 'stdout', data: Buffer.from(data) })
  expect(push(`${stamp(1)} `)).toEqual([])
  expect(push('y'.repeat(1 << 20))).toHaveLength(1)
  expect(push('tail\n')).toEqual([{ time: stamp(1), stream: 'stdout', text: 'tail' }])
})

test('after a break each line is told once, also those of one and the same time', () => {
  const line = record({
    nano: nat({ max: 4 }),
    text: constantFrom('a', 'b'),
    stream: constant('stdout' as const),
  })
  assert(
    property(array(line), nat(), (lines, cut) => {
      const all = lines.map((it) => ({ ...it, time: stamp(it.nano) })).sort((a, b) => a.nano - b.nano)
      const broken = cut % (all.length + 1)
      const point = new ResumePoint()
      const told = all.slice(0, broken).filter((it) => point.accept(it))
      point.rewind()
      const since = point.time ?? ''
      const again = all.filter((it) => it.time >= since).filter((it) => point.accept(it))
      expect([...told, ...again]).toEqual(all)
    }),
  )
})
