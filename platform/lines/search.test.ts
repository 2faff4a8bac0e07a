import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Hits } from './hits.ts'
import { Keeper } from './keeper.ts'
import { linesOf } from './lines.ts'
import { lineLevels, markOf } from './marks.ts'
import { BlockText, Matcher } from './matcher.ts'
import type { Condition, FieldOperator, Query } from './query.ts'
import { countSegments, Histogram, nothingScanned, scanSegments, scanWaiting } from './scan.ts'

const text = (rows: readonly string[]): BlockText =>
  new BlockText(linesOf(rows.map((row) => ({ at: 0, marks: 0, text: row }))).text, rows.length)
function found(rows: readonly string[], ...conditions: Condition[]): string[] {
  const block = text(rows)
  const lines: string[] = []
  new Matcher(conditions).find(block, (line) => lines.push(block.line(line)) > 0)
  return lines
}

describe('what a line must say', () => {
  const rows = ['GET /orders 200', 'POST /Order 500 failed', 'preorder ok', '', 'Größe: ÄNDERN', 'order', 'x order, y']

  test('letters anywhere, words whole, patterns', () => {
    expect(found(rows, { kind: 'contains', value: 'ORDER' })).toEqual([
      'GET /orders 200',
      'POST /Order 500 failed',
      'preorder ok',
      'order',
      'x order, y',
    ])
    expect(found(rows, { kind: 'words', value: 'order' })).toEqual(['POST /Order 500 failed', 'order', 'x order, y'])
    expect(found(rows, { kind: 'words', value: 'order', exact: true })).toEqual(['order', 'x order, y'])
    expect(found(rows, { kind: 'words', value: 'order 500' })).toEqual(['POST /Order 500 failed'])
    expect(found(rows, { kind: 'regex', value: String.raw`\b[45]\d\d\b` })).toEqual(['POST /Order 500 failed'])
    expect(found(rows, { kind: 'regex', value: '^$' })).toEqual([''])
    expect(found(rows, { kind: 'contains', value: 'änd' })).toEqual(['Größe: ÄNDERN'])
    expect(found(rows, { kind: 'contains', value: 'a.c' })).toEqual([])
  })

  test('all of them, and none of those that must not be', () => {
    const no = { kind: 'contains', value: '500', not: true } as const
    expect(found(rows, { kind: 'regex', value: 'or' }, { kind: 'words', value: 'get' })).toEqual(['GET /orders 200'])
    expect(found(rows, { kind: 'words', value: 'order' }, no)).toEqual(['order', 'x order, y'])
    expect(found(rows, no)).toHaveLength(6)
    expect(found(rows)).toHaveLength(7)
  })

  test('fields, as whoever reads them off a line tells them', () => {
    const block = text(['status=500 path=/api/a', 'status=200 path=/API/b', 'path=/api/c', 'status=none', 'status=404'])
    const fieldsOf = (line: string) => Object.fromEntries(line.split(' ').map((pair) => pair.split('=')))
    const having = (
      name: string,
      operator: FieldOperator,
      value: string,
      more: readonly Condition[] = [],
    ): string[] => {
      const lines: string[] = []
      const condition: Condition = { kind: 'field', value, field: { name, operator } }
      new Matcher([condition, ...more], fieldsOf).find(block, (line) => lines.push(block.line(line)) > 0)
      return lines.map((line) => line.split(' ')[0]!)
    }
    expect(having('status', '>=', '404')).toEqual(['status=500', 'status=404'])
    expect(having('status', '<', '404')).toEqual(['status=200'])
    expect(having('status', '=', '500')).toEqual(['status=500'])
    // A line that has no such field is none that differs.
    expect(having('status', '!=', '500')).toEqual(['status=200', 'status=none', 'status=404'])
    expect(having('path', '~', '/api')).toEqual(['status=500', 'status=200', 'path=/api/c'])
    expect(having('path', '!~', '/a')).toEqual(having('path', '!~', '/API'))
    expect(having('path', '~', '/api', [{ kind: 'words', value: '200' }])).toEqual(['status=200'])
    expect(having('none', '=', '')).toEqual([])
  })

  test('a pattern never takes two lines for one, and misses none behind such a place', () => {
    expect(found(['a b', 'c', 'b\tc'], { kind: 'regex', value: String.raw`b\s+c` })).toEqual(['b\tc'])
    expect(found(['a', 'b'], { kind: 'regex', value: '[^x]+$' })).toEqual(['a', 'b'])
    expect(found(['ä b', 'c', 'bä c'], { kind: 'regex', value: String.raw`b[^x]c|c` })).toEqual(['c', 'bä c'])
  })
})

describe('a search', () => {
  let folder: string
  let keeper: Keeper
  const begun = 1_700_000_000_000_000
  const perStream = 30_000
  const trace = (stream: number, index: number): string => `t${(stream * 1_000_003 + index * 7919).toString(16)}`
  const rowsOf = (stream: number, from: number, count: number) =>
    Array.from({ length: count }, (_, step) => {
      const index = from + step
      return {
        at: begun + index * 1000 + stream,
        marks: markOf(index % 100 === 0 ? 5 : 3, stream === 2 ? 1 : 0, false),
        text: `request ${index} of ${stream} trace=${trace(stream, index)} took ${index % 90}ms`,
      }
    })

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wheelhouse-lines-'))
    keeper = new Keeper({ folder, budgetBytes: 1e9, maxAgeMs: null, waitingBytes: 64e6 })
    for (let from = 0; from < perStream; from += 500)
      keeper.append([1, 2].map((stream) => ({ stream, lines: linesOf(rowsOf(stream, from, 500)) })))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const all: Query = {
    streams: null,
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    levels: 0,
    sources: 0,
    conditions: [],
    order: 'newest',
    after: null,
    limit: 100,
  }
  function search(more: Partial<Query>) {
    const query = { ...all, ...more }
    const matcher = new Matcher(query.conditions)
    const hits = new Hits(query)
    const scanned = nothingScanned()
    const view = keeper.view(query.streams, query.from, query.to)
    scanWaiting(view, query, hits)
    scanSegments(view, query, matcher, hits, scanned)
    return { lines: hits.lines, scanned }
  }

  test('merges streams by time, from either end, and goes on where it stopped', () => {
    const newest = search({ limit: 4 }).lines
    expect(newest.map(({ stream, seq }) => [stream, seq])).toEqual([
      [2, 30_000],
      [1, 30_000],
      [2, 29_999],
      [1, 29_999],
    ])
    const seen: string[] = []
    for (let after: Query['after'] = null; ;) {
      const { lines } = search({ order: 'oldest', limit: 7000, after })
      seen.push(...lines.map(({ text }) => text))
      if (lines.length < 7000) break
      after = lines.at(-1)!
    }
    const wanted = Array.from({ length: perStream }, (_, index) => [1, 2].map((s) => rowsOf(s, index, 1)[0]!.text))
    expect(seen).toEqual(wanted.flat())
  })

  test('opens few blocks for the newest few, and hardly any for a rare word', () => {
    const few = search({ limit: 10 })
    expect(few.lines).toHaveLength(10)
    expect(few.scanned.blocks).toBeLessThanOrEqual(2)
    const rare = search({ conditions: [{ kind: 'words', value: trace(2, 777) }] })
    expect(rare.lines.map(({ seq }) => seq)).toEqual([778])
    expect(rare.scanned.blocks).toBeLessThanOrEqual(3)
    expect(rare.scanned.skipped).toBeGreaterThan(5)
    const part = search({ conditions: [{ kind: 'contains', value: trace(2, 777).slice(1) }] })
    expect(part.lines.map(({ seq }) => seq)).toContain(778)
  })

  test('keeps to times, levels, sources and streams', () => {
    const from = begun + 5_000_000
    const { lines } = search({ from, to: from + 1_000_000, levels: 1 << 5, sources: 1 << 1, limit: 1000 })
    expect(lines).toHaveLength(10)
    expect(lines.every(({ at, stream, text }) => at >= from && stream === 2 && text.includes('00 of 2'))).toBe(true)
    expect(search({ streams: [1], limit: 3 }).lines.map(({ stream }) => stream)).toEqual([1, 1, 1])
    expect(search({ streams: [99] }).lines).toEqual([])
  })

  test('counts lines by level over time as they are', () => {
    const to = begun + perStream * 1000
    const histogram = new Histogram(begun, to, 60)
    const query = { ...all, from: begun, to }
    const view = keeper.view(null, begun, to)
    countSegments(view.segments, query, histogram, nothingScanned())
    for (const { lines } of view.waiting) histogram.addColumns(lines, query)
    const sum = (level: number): number =>
      histogram.counts.filter((_, index) => index % lineLevels === level).reduce((a, b) => a + b, 0)
    expect([sum(5), sum(3)]).toEqual([600, 59_400])
    expect(histogram.counts[3]).toBe(990)
  })

  test('a block that is not what was written is left out and told', () => {
    const copy = mkdtempSync(join(tmpdir(), 'wheelhouse-lines-'))
    try {
      const kept = new Keeper({ folder: copy, budgetBytes: 1e9, maxAgeMs: null, waitingBytes: 1 })
      kept.append([{ stream: 1, lines: linesOf(rowsOf(1, 0, 9000)) }])
      kept.append([{ stream: 1, lines: linesOf(rowsOf(1, 9000, 9000)) }])
      const path = join(
        copy,
        'streams/1',
        readdirSync(join(copy, 'streams/1')).find((name) => name.endsWith('.data'))!,
      )
      const data = readFileSync(path)
      data[500]! ^= 0xff
      writeFileSync(path, data)
      const hits = new Hits({ ...all, limit: 100_000 })
      const scanned = nothingScanned()
      scanSegments(kept.view(null, 0, all.to), all, new Matcher([]), hits, scanned)
      expect([hits.lines.length, scanned.broken]).toEqual([9000, 1])
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
})
