import { expect, test } from 'vitest'
import { type Batch, Topic } from './topic.ts'

const open = (maxEntries = 5, maxBytes = 1000) => new Topic<string>({ maxEntries, maxBytes, tickMs: 1 }, 0)
const numbers = (batch: { seq: number }[] | readonly { seq: number }[] | null) =>
  batch?.map((entry) => entry.seq) ?? null

test('hands out what was published in one tick as one batch', async () => {
  const topic = open()
  const batches: Batch<string>[] = []
  topic.subscribe((batch) => batches.push(batch))
  topic.publish({ n: 1 }, 'a')
  topic.publish({ n: 2 }, 'b')
  await expect.poll(() => batches.length).toBe(1)
  expect(batches[0]?.joined).toBe('{"n":1},{"n":2}')
  expect(batches[0]?.entries.map((entry) => entry.tag)).toEqual(['a', 'b'])
})

test('keeps no more than its bounds, by count and by bytes', () => {
  const topic = open(3)
  for (let n = 1; n <= 10; n++) topic.publish(n, '')
  expect(numbers(topic.last(100))).toEqual([8, 9, 10])
  const small = open(100, 10)
  for (let n = 0; n < 10; n++) small.publish('abc', '')
  expect(small.last(100).length).toBe(2)
})

test('resumes after a number it still has, and says when it has not', () => {
  const topic = open(3)
  for (let n = 1; n <= 10; n++) topic.publish(n, '')
  expect(numbers(topic.after(8))).toEqual([9, 10])
  expect(numbers(topic.after(7))).toEqual([8, 9, 10])
  expect(topic.after(10)).toEqual([])
  expect(topic.after(6)).toBeNull()
  expect(topic.after(11)).toBeNull()
})

test('a newcomer gets nothing twice: pending entries are history to him', () => {
  const topic = open()
  const early: number[] = []
  const late: number[] = []
  topic.subscribe((batch) => early.push(...batch.entries.map((entry) => entry.seq)))
  topic.publish(1, '')
  const history = topic.last(10).map((entry) => entry.seq)
  topic.subscribe((batch) => late.push(...batch.entries.map((entry) => entry.seq)))
  topic.publish(2, '')
  topic.flush()
  expect(early).toEqual([1, 2])
  expect([...history, ...late]).toEqual([1, 2])
})

test('a subscriber that left hears nothing more', () => {
  const topic = open()
  let heard = 0
  const leave = topic.subscribe(() => heard++)
  leave()
  topic.publish(1, '')
  topic.flush()
  expect(heard).toBe(0)
  expect(topic.subscribers).toBe(0)
})
