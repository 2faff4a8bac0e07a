import type { KeptLine } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { type Answer, FoundPages } from './found-pages.ts'
import { aLine } from './line.fixture.ts'

/** Serves lines in pages, as a server does that is given a cursor. */
function served(lines: readonly KeptLine[], size: number) {
  const asked: string[] = []
  const load = async (cursor: string | undefined): Promise<Answer> => {
    asked.push(cursor ?? 'start')
    const from = Number(cursor ?? 0)
    const next = from + size
    return {
      items: lines.slice(from, next),
      nextCursor: next < lines.length ? `${next}` : null,
      scanned: { blocks: 1, skipped: 0, broken: 0 },
    }
  }
  return { asked, load }
}
const heads = (found: FoundPages): string[] =>
  found.pages.flatMap(({ traces }) =>
    (traces ?? []).map(({ head, rest }) => [head, ...rest].map(({ position }) => position).join('+')),
  )
const many = (count: number): KeptLine[] => Array.from({ length: count }, (_, n) => aLine(n))

test('pages follow one another to the end, each asked for once', async () => {
  const { asked, load } = served(many(25), 10)
  const found = new FoundPages({ load, order: 'oldest', folds: false, held: 5 })
  await Promise.all([found.more(), found.more()])
  await found.more()
  await found.more()
  await found.more()
  expect(asked).toEqual(['start', '10', '20'])
  expect([found.count, found.isDone, heads(found).length]).toEqual([25, true, 25])
})

test('however far one goes, no more pages are held than told, and those in sight come back', async () => {
  const { asked, load } = served(many(300), 10)
  const found = new FoundPages({ load, order: 'newest', folds: true, held: 4 })
  for (let page = 0; page < 30; page++) {
    await found.more()
    found.look(page, page)
  }
  const held = (): number[] => [...found.pages.keys()].filter((index) => found.pages[index]?.traces !== null)
  expect(held()).toEqual([26, 27, 28, 29])
  expect(found.pages.map(({ count }) => count)).toEqual(Array.from({ length: 30 }, () => 10))
  found.look(3, 4)
  await expect.poll(() => found.isBusy).toBe(false)
  found.look(3, 4)
  expect(asked.slice(-2)).toEqual(['30', '40'])
  expect(held()).toHaveLength(4)
  expect(held().slice(0, 2)).toEqual([3, 4])
  expect(found.count).toBe(300)
})

test.each(['newest', 'oldest'] as const)(
  'a trace that two pages share is shown once and whole, %s first',
  async (order) => {
    const lines = [aLine(1), aLine(2), ...[3, 4, 5].map((n) => aLine(n, { goesOn: true })), aLine(6), aLine(7)]
    for (const size of [1, 2, 3, 4, 5]) {
      const { load } = served(order === 'oldest' ? lines : lines.toReversed(), size)
      const found = new FoundPages({ load, order, folds: true, held: 10 })
      while (!found.isDone) await found.more()
      const whole = ['1', '2+3+4+5', '6', '7']
      expect(heads(found)).toEqual(order === 'oldest' ? whole : whole.toReversed())
    }
  },
)

test('a page that was let go comes back with its shared trace as it was', async () => {
  const lines = [aLine(1), aLine(2), aLine(3, { goesOn: true }), aLine(4), aLine(5), aLine(6), aLine(7), aLine(8)]
  for (const order of ['oldest', 'newest'] as const) {
    const { load } = served(order === 'oldest' ? lines : lines.toReversed(), 2)
    const found = new FoundPages({ load, order, folds: true, held: 1 })
    while (!found.isDone) await found.more()
    const seen: string[] = []
    for (let page = 0; page < 4; page++) {
      found.look(page, page)
      await expect.poll(() => found.isBusy).toBe(false)
      found.look(page, page)
      seen.push(...heads(found))
    }
    const whole = ['1', '2+3', '4', '5', '6', '7', '8']
    expect(seen).toEqual(order === 'oldest' ? whole : whole.toReversed())
  }
})

test('what failed is told and asked for again', async () => {
  let broken = true
  const { load } = served(many(20), 10)
  const found = new FoundPages({
    load: (cursor) => (broken ? Promise.reject(new Error('too long')) : load(cursor)),
    order: 'newest',
    folds: true,
    held: 4,
  })
  await found.more()
  expect([(found.error as Error).message, found.pages.length, found.isDone]).toEqual(['too long', 0, false])
  broken = false
  await found.retry()
  expect([found.error, found.count]).toEqual([null, 10])
})
