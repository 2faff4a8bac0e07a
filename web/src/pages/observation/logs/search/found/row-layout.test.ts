import { expect, test } from 'vitest'
import type { FoundPage } from './found-pages.ts'
import { aLine } from './line.fixture.ts'
import { at, layOut, Layouts, type Shape } from './row-layout.ts'
import { fold } from './traces.ts'

const plain: Shape = { columns: 0, isNarrow: false, open: new Set() }
const page = (lines: Parameters<typeof fold>[0], turn = 1): FoundPage => ({
  cursor: undefined,
  count: lines.length,
  traces: fold(lines, 'oldest', true).traces,
  turn,
})
const trace = [aLine(1), aLine(2, { goesOn: true }), aLine(3, { goesOn: true }), aLine(4)]

test('a day is told where it begins, a trace takes one row until it is opened', () => {
  const { rows, height, day } = layOut(page(trace), '', plain)
  expect(rows?.map(({ kind }) => kind)).toEqual(['day', 'line', 'line'])
  expect(height).toBe(60)
  expect(layOut(page(trace), day, plain).rows?.map(({ kind }) => kind)).toEqual(['line', 'line'])
  const opened = layOut(page(trace), day, { ...plain, open: new Set(['1']) })
  expect(opened.rows?.map(({ key }) => key)).toEqual(['1', '2', '3', '4'])
})

test('long lines take as many rows as they need, on a phone with one more for what they are', () => {
  const long = [aLine(1, { text: 'x'.repeat(150) }), aLine(2, { text: '\u001b[31mshort\u001b[0m' })]
  const { tops, height } = layOut(page(long), '20 Nov', { columns: 50, isNarrow: true, open: new Set() })
  expect([tops, height]).toEqual([[0, 100], 140])
})

test('a page that was let go keeps its height, and its rows come back with it', () => {
  const layouts = new Layouts()
  layouts.update([page(trace), page(trace, 2)], plain)
  const { total } = layouts
  const gone: FoundPage = { ...page(trace, 3), traces: null }
  layouts.update([gone, page(trace, 2)], plain)
  expect([layouts.total, layouts.page(0)?.rows, layouts.pageAt(total - 1)]).toEqual([total, null, 1])
  layouts.update([page(trace, 4), page(trace, 2)], plain)
  expect([layouts.total, layouts.page(0)?.rows?.length]).toEqual([total, 3])
  expect([at([0, 20, 60], 0), at([0, 20, 60], 59), at([0, 20, 60], 600)]).toEqual([0, 1, 2])
})

test('a time of which lines are missing stands between those before and behind it', () => {
  const gap = {
    sourceId: '1',
    service: 'web',
    serviceId: null,
    targetId: 'local',
    from: aLine(2).at,
    to: aLine(4).at,
    reason: 'rotated' as const,
  }
  const lines = [aLine(1), aLine(2), aLine(4)]
  const kinds = (order: 'newest' | 'oldest'): string[] => {
    const traces = fold(order === 'oldest' ? lines : lines.toReversed(), order, true).traces
    const { rows } = layOut({ ...page([]), traces, gaps: [gap], order }, '', plain)
    return (rows ?? []).filter(({ kind }) => kind !== 'day').map(({ kind, key }) => (kind === 'gap' ? kind : key))
  }
  expect(kinds('oldest')).toEqual(['1', '2', 'gap', '4'])
  expect(kinds('newest')).toEqual(['4', 'gap', '2', '1'])
})
