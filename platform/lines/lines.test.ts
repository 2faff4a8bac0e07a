import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mayHold } from './bloom.ts'
import { decodedHeads, headOf, packed, unpacked } from './block.ts'
import { Keeper, type KeeperOptions } from './keeper.ts'
import { type Lines, linesOf, startsOf } from './lines.ts'
import { markOf } from './marks.ts'
import { readHeads } from './segment.ts'
import { VarintReader, VarintWriter } from './varint.ts'
import { wordsOf } from './words.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'wheelhouse-lines-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const begun = Date.parse('2026-01-01T00:00:00Z') * 1000
const some = (count: number, from = 0, text = (index: number) => `line ${index} of many, user=${index % 7}`): Lines =>
  linesOf(
    Array.from({ length: count }, (_, index) => ({
      at: begun + (from + index) * 1000,
      marks: markOf((from + index) % 7, 1, false),
      text: text(from + index),
    })),
  )
const keeper = (more: Partial<KeeperOptions> = {}): Keeper =>
  new Keeper({ folder, budgetBytes: 1e9, maxAgeMs: null, waitingBytes: 64e6, ...more })

/** All lines of a stream, in order, as a reader puts them together. */
function linesIn(from: Keeper, stream: number): string[] {
  const { waiting } = from.view([stream], 0, Infinity)
  return waiting.flatMap(({ lines }) => Buffer.from(lines.text).toString().split('\n').slice(0, -1))
}
const filesOf = (stream: number): string[] => readdirSync(join(folder, 'streams', String(stream))).sort()

describe('parts', () => {
  test('numbers of every size come back', () => {
    const numbers = [0, 1, -1, 127, 128, -128, 2 ** 31, -(2 ** 40), 2 ** 50]
    const writer = new VarintWriter(4)
    for (const number of numbers) writer.signed(number)
    const reader = new VarintReader(writer.done())
    expect(numbers.map(() => reader.signed())).toEqual(numbers)
    expect(() => reader.signed()).toThrow('cut off')
  })

  test('a block holds what was put in, times that go back among them', () => {
    const lines = linesOf([
      { at: begun, marks: 3, text: 'Ä first' },
      { at: begun - 5_000_000, marks: 1, text: '' },
      { at: begun + 7, marks: markOf(5, 2, true), text: 'a\nb' },
    ])
    const back = unpacked(packed(lines), 3)
    expect([...back.at]).toEqual([begun, begun - 5_000_000, begun + 7])
    expect([...back.marks]).toEqual([3, 1, 53])
    expect(Buffer.from(back.text).toString()).toBe('Ä first\n\na␊b\n')
    expect([...startsOf(back.text, 3)]).toEqual([0, 9, 10, 16])
  })

  test('a head knows which words are not there', () => {
    const lines = some(1000, 0, (index) => `request ${index} trace=${(index * 7919).toString(16)}x done`)
    const head = headOf(lines, 1, packed(lines), 0)
    for (let index = 0; index < 1000; index += 37)
      expect(mayHold(head.bloom, wordsOf(`TRACE=${(index * 7919).toString(16)}X`))).toBe(true)
    const strangers = Array.from({ length: 1000 }, (_, index) => wordsOf(`stranger${index}`))
    expect(strangers.filter((words) => mayHold(head.bloom, words)).length).toBeLessThan(30)
  })
})

describe('the keeper', () => {
  test('lines come back after a kill, those in blocks and those that waited', () => {
    const first = keeper()
    for (let from = 1; from <= 20_000; from += 500) first.append([{ stream: 7, lines: some(500, from) }])
    first.append([{ stream: 9, lines: some(3) }])
    // No close: as after kill -9.
    const second = keeper()
    expect(second.usage().map(({ stream, lines }) => [stream, lines])).toEqual([
      [7, 20_000],
      [9, 3],
    ])
    expect(linesIn(second, 9)).toEqual(linesIn(first, 9))
    second.append([{ stream: 7, lines: some(1, 20_001) }])
    expect(keeper().usage()[0]!.lines).toBe(20_001)
    expect(second.watermark(7)).toBe(begun + 20_001_000)
  })

  test('what a crash tore off the end of a file is cut away, and told again from the journal', () => {
    const first = keeper()
    // One that waits keeps the journal from going.
    first.append([{ stream: 2, lines: some(1) }])
    for (let from = 1; from <= 40_500; from += 500) first.append([{ stream: 1, lines: some(500, from) }])
    const segment = join(folder, 'streams/1', filesOf(1)[0]!.replace(/\.\w+$/, ''))
    const index = readFileSync(`${segment}.index`)
    const { heads } = decodedHeads(index)
    expect(heads.length).toBeGreaterThan(1)
    truncateSync(`${segment}.index`, index.length - 5)
    appendFileSync(`${segment}.data`, 'torn')
    const second = keeper()
    expect(second.usage()[0]!.lines).toBe(40_500)
    expect(second.broken).toBe(0)
  })

  test('a place that was overwritten costs its own block and no other', () => {
    const first = keeper()
    for (let from = 1; from <= 40_000; from += 500) first.append([{ stream: 1, lines: some(500, from) }])
    first.close()
    const path = join(
      folder,
      'streams/1',
      filesOf(1).find((name) => name.endsWith('.index'))!,
    )
    const index = readFileSync(path)
    const before = decodedHeads(index).heads.length
    index[50]! ^= 0xff
    writeFileSync(path, index)
    const second = keeper()
    expect(second.broken).toBe(1)
    expect(readHeads(path.replace(/\.index$/, '')).heads).toHaveLength(before - 1)
  })

  test('the few lines of quiet streams end in few blocks', () => {
    const kept = keeper({ waitingBytes: 1 })
    for (let from = 1; from <= 100; from++) kept.append([{ stream: 3, lines: some(1, from) }])
    kept.close()
    const [name] = filesOf(3)
    const { heads } = readHeads(join(folder, 'streams/3', name!.replace(/\.\w+$/, '')))
    expect(heads.map(({ firstSeq, count }) => [firstSeq, count])).toEqual([[1, 100]])
    expect(keeper().usage()).toMatchObject([{ stream: 3, lines: 100 }])
  })

  test('the budget holds, the loudest gives way, and what is quiet stays', () => {
    const random = (index: number): string =>
      Array.from({ length: 4 }, (_, part) => ((index + 1) * (part + 7919) * 104_729).toString(36)).join(' ')
    const budgetBytes = 600_000
    const kept = keeper({ budgetBytes })
    kept.append([{ stream: 1, lines: some(50) }])
    for (let from = 1; from <= 30_000; from += 1000) {
      kept.append([
        { stream: 2, lines: some(1000, from, random) },
        { stream: 3, lines: some(10, from, random) },
      ])
      expect(kept.bytes).toBeLessThan(budgetBytes * 1.05)
    }
    const usage = new Map(kept.usage().map((one) => [one.stream, one]))
    expect(usage.get(1)!.lines).toBe(50)
    expect(usage.get(2)!.lines).toBeLessThan(30_000)
    expect(usage.get(3)!.lines).toBe(300)
  })

  test('lines that are too old go with their files', () => {
    const kept = keeper({ maxAgeMs: 60_000 })
    for (let from = 0; from < 20_000; from += 500) kept.append([{ stream: 1, lines: some(500, from) }])
    kept.close()
    const again = keeper({ maxAgeMs: 60_000 })
    again.append([{ stream: 1, lines: some(8000, 1_000_000) }])
    const { bytes } = again
    again.expire(begun / 1000 + 1_000_000 + 30_000)
    expect(again.bytes).toBeLessThan(bytes)
    expect(again.usage()[0]!.from).toBe(begun + 970_000_000)
    expect(again.view(null, 0, Infinity).from).toBe(begun + 970_000_000)
  })
})
