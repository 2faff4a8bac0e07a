import { call, page, type Operation } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { project } from './fields.ts'
import { parseOutput } from './schemas.ts'
import { answerText, ofSteadyRows } from './steady-rows.ts'

const Row = z.object({ id: z.string(), count: z.int() })
const listing = call({
  method: 'GET',
  path: '/api/v1/things',
  summary: 'List things',
  input: z.strictObject({}),
  output: page(Row),
  permission: 'self',
  danger: 'none',
}) as unknown as Operation
const rows = [
  { id: 'a', count: 1, inner: 'not for others' },
  { id: 'b"', count: 2, inner: 'nor this' },
]
const answered = (items: object[]): unknown =>
  parseOutput(listing, ofSteadyRows({ items, nextCursor: null, total: items.length }))
const plain = {
  items: [
    { id: 'a', count: 1 },
    { id: 'b"', count: 2 },
  ],
  nextCursor: null,
  total: 2,
}

test('rows that stay are checked and encoded once, and only as the contract lets them out', () => {
  const first = answered(rows)
  expect(first).toEqual(plain)
  expect(JSON.parse(answerText(first))).toEqual(plain)
  const second = answered(rows) as typeof plain
  expect(second.items[0]).toBe((first as typeof plain).items[0])
  expect(answerText(second)).toBe(JSON.stringify(plain))
})

test('a row that took the place of another is shown as it is now, beside those that stayed', () => {
  answered(rows)
  const now = answered([rows[1]!, { id: 'a', count: 7, inner: 'x' }])
  expect(JSON.parse(answerText(now))).toMatchObject({
    items: [
      { id: 'b"', count: 2 },
      { id: 'a', count: 7 },
    ],
  })
})

test('a row that is not what the contract says is refused, also beside rows that are known', () => {
  answered(rows)
  expect(() => answered([...rows, { id: 3 }])).toThrow('answered what its contract does not say')
})

test('chosen fields, and answers that are no pages, are encoded as ever', () => {
  expect(JSON.parse(answerText(project(answered(rows), 'id')))).toMatchObject({ items: [{ id: 'a' }, { id: 'b"' }] })
  expect(answerText({ ok: true })).toBe('{"ok":true}')
  expect(answerText(null)).toBe('null')
  expect(answerText({ items: ['a', null] })).toBe('{"items":["a",null]}')
})
