import type { Widget } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { freePlace, heightOf, meet, placed, readingOrder, settled, within } from './layout.ts'

const at = (id: string, x: number, y: number, w = 6, h = 4): Widget => ({
  id,
  place: { x, y, w, h },
  spec: { kind: 'markdown', text: '' },
})
const told = (widgets: readonly Widget[]) =>
  Object.fromEntries(widgets.map(({ id, place }) => [id, [place.x, place.y, place.w, place.h]]))
const isSound = (widgets: readonly Widget[]): boolean =>
  widgets.every((a, i) => widgets.every((b, j) => i === j || !meet(a.place, b.place)))

describe('the grid of a board', () => {
  test('keeps everything inside', () => {
    expect(within({ x: -3, y: -1, w: 20, h: 0 })).toEqual({ x: 0, y: 0, w: 12, h: 1 })
    expect(within({ x: 11, y: 2, w: 4, h: 90 })).toEqual({ x: 8, y: 2, w: 4, h: 40 })
  })

  test('one that is moved takes its place, and others give way', () => {
    const board = [at('a', 0, 0), at('b', 6, 0), at('c', 0, 4)]
    const moved = placed(board, 'c', { y: 0 })
    expect(told(moved)).toEqual({ a: [0, 4, 6, 4], b: [6, 0, 6, 4], c: [0, 0, 6, 4] })
    expect(told(placed(board, 'a', { y: 4 }))).toEqual({ a: [0, 4, 6, 4], b: [6, 0, 6, 4], c: [0, 0, 6, 4] })
    expect(told(placed(board, 'a', { w: 12 }))).toEqual({ a: [0, 0, 12, 4], b: [6, 4, 6, 4], c: [0, 4, 6, 4] })
    expect(placed(board, 'nobody', { x: 3 })).toEqual(board)
  })

  test('has no holes above and nothing over another, wherever things are put', () => {
    let board = [
      at('a', 0, 0, 3, 2),
      at('b', 3, 0, 5, 3),
      at('c', 8, 0, 4, 4),
      at('d', 0, 4, 12, 2),
      at('e', 2, 6, 7, 5),
    ]
    let seed = 7
    const next = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let step = 0; step < 400; step++) {
      const { id } = board[next(board.length)]!
      board = placed(board, id, next(2) ? { x: next(14) - 1, y: next(16) } : { w: next(14), h: next(9) })
      expect(isSound(board)).toBe(true)
      expect(settled(board)).toEqual(board)
      expect(board.map((widget) => widget.id)).toEqual(['a', 'b', 'c', 'd', 'e'])
    }
  })

  test('a new one goes where it fits first', () => {
    const board = [at('a', 0, 0, 8, 4), at('b', 0, 4, 12, 2)]
    expect(freePlace(board, 4, 4)).toEqual({ x: 8, y: 0, w: 4, h: 4 })
    expect(freePlace(board, 6, 3)).toEqual({ x: 0, y: 6, w: 6, h: 3 })
    expect(freePlace([], 12, 4)).toEqual({ x: 0, y: 0, w: 12, h: 4 })
  })

  test('is read from the top left', () => {
    const board = [at('c', 0, 4), at('b', 6, 0), at('a', 0, 0)]
    expect(readingOrder(board).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect([heightOf(board), heightOf([])]).toEqual([8, 1])
  })
})
