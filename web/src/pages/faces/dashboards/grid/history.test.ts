import type { Widget } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { begun, redone, stepped, undone } from './history.ts'

const board = (text: string): Widget[] => [
  { id: 'a', place: { x: 0, y: 0, w: 1, h: 1 }, spec: { kind: 'markdown', text } },
]

test('each step can be taken back and done again; a new one ends the way forth', () => {
  let draft = begun(board('1'))
  draft = stepped(stepped(draft, board('2')), board('3'))
  expect(stepped(draft, board('3'))).toBe(draft)
  draft = undone(draft)
  expect(draft.now).toEqual(board('2'))
  expect(redone(draft).now).toEqual(board('3'))
  draft = undone(undone(draft))
  expect(draft.now).toEqual(board('1'))
  draft = stepped(draft, board('4'))
  expect(redone(draft)).toEqual(draft)
  expect(undone(draft).now).toEqual(board('1'))
})
