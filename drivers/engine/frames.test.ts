import { array, assert, constantFrom, nat, property, record, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { Demultiplexer, type Frame } from './frames.ts'

const frame = record({
  stream: constantFrom('stdout' as const, 'stderr' as const),
  data: uint8Array({ maxLength: 40 }),
})

function encode({ stream, data }: { stream: Frame['stream']; data: Uint8Array }): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream === 'stderr' ? 2 : 1
  header.writeUInt32BE(data.length, 4)
  return Buffer.concat([header, data])
}

const sum = (frames: readonly { stream: string; data: Uint8Array }[], stream: string): Buffer =>
  Buffer.concat(frames.filter((it) => it.stream === stream).map((it) => it.data))

test('wherever the bytes are cut, each stream gets all of its own', () => {
  assert(
    property(array(frame), array(nat()), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(encode))
      const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b)
      const reader = new Demultiplexer()
      const read = places.flatMap((place, index) => reader.push(bytes.subarray(places[index - 1] ?? 0, place)))
      for (const stream of ['stdout', 'stderr']) expect(sum(read, stream)).toEqual(sum(frames, stream))
    }),
  )
})

test('what has come of a frame is passed on at once', () => {
  const reader = new Demultiplexer()
  const bytes = encode({ stream: 'stderr', data: Buffer.from('hello') })
  expect(reader.push(bytes.subarray(0, 10))).toEqual([{ stream: 'stderr', data: Buffer.from('he') }])
  expect(reader.push(bytes.subarray(10))).toEqual([{ stream: 'stderr', data: Buffer.from('llo') }])
})
