import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AheadLimits, readAhead } from './read-ahead.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wh-ahead-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const limits: AheadLimits = { memoryBytes: 1000, fileBytes: 50_000, patienceMs: 60_000, leastBytes: 100 }
const data = randomBytes(400_000)
const chunks = (bytes: Buffer, size = 7001): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

test('every byte comes in order, however much waits in the file, which is seen by nobody', async () => {
  const got: Uint8Array[] = []
  for await (const chunk of readAhead(Readable.from(chunks(data)), folder, limits)) {
    got.push(chunk)
    if (got.length % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(readdirSync(folder)).toEqual([])
  }
  expect(Buffer.concat(got).equals(data)).toBe(true)
})

test('what fits is taken to its end although nobody reads', async () => {
  const from = Readable.from(chunks(data.subarray(0, 40_000)))
  const ahead = readAhead(from, folder, limits)
  const first = await ahead.next()
  await vi.waitFor(() => expect(from.readableEnded).toBe(true))
  const got = [first.value!]
  for await (const chunk of ahead) got.push(chunk)
  expect(Buffer.concat(got).equals(data.subarray(0, 40_000))).toBe(true)
})

test('one that reads next to nothing is left in the end, and lets go of where it is read from', async () => {
  const from = Readable.from(chunks(data))
  const ahead = readAhead(from, folder, { ...limits, patienceMs: 50 })
  await ahead.next()
  await vi.waitFor(() => expect(from.destroyed).toBe(true))
  const rest = async (): Promise<void> => {
    for await (const _ of ahead);
  }
  await expect(rest()).rejects.toMatchObject({ code: 'TIMED_OUT' })
})

test('a stream that breaks is told at its place, and one that is left is let go', async () => {
  async function* breaking(): AsyncGenerator<Buffer> {
    yield data.subarray(0, 5000)
    throw new Error('torn')
  }
  const read = async (): Promise<number> => {
    let bytes = 0
    for await (const chunk of readAhead(Readable.from(breaking()), folder, limits)) bytes += chunk.length
    return bytes
  }
  await expect(read()).rejects.toThrow('torn')
  const from = Readable.from(chunks(data))
  for await (const _ of readAhead(from, folder, limits)) break
  expect(from.destroyed).toBe(true)
})
