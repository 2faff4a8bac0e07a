import { PassThrough, type Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Writing } from './place/index.ts'
import { writePart } from './part-stream.ts'

const never = new AbortController().signal
const secrets = { sealStream: () => new PassThrough(), openStream: () => new PassThrough() }

function place() {
  const kept: Buffer[] = []
  const write = async (_name: string, from: Readable): Promise<void> => void kept.push(await buffer(from))
  return { kept, writing: { write } as unknown as Writing }
}
const part = { id: 'b', name: 'database/shop.sql', gzip: false, seal: false }

test('a dump that falls silent is given up, and let go of', async () => {
  const { writing } = place()
  const dump = new PassThrough()
  dump.write('-- begun')
  await expect(writePart({ secrets } as never, writing, part, dump, never, 50)).rejects.toMatchObject({
    code: 'TIMED_OUT',
    message: expect.stringContaining('Nothing came of database/shop.sql'),
  })
  expect(dump.destroyed).toBe(true)
})

test('one that goes on is written whole', async () => {
  const { kept, writing } = place()
  const dump = new PassThrough()
  const written = writePart({ secrets } as never, writing, part, dump, never, 60_000)
  for (const line of ['one', 'two']) dump.write(line)
  dump.end()
  expect((await written).sizeBytes).toBe(6)
  expect(kept.toString()).toBe('onetwo')
})
