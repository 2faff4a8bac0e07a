import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Scrollback } from './scrollback.ts'

describe('what is kept of an output', () => {
  test('is its end, each byte at its place, however it came in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (maxBytes, chunks, share) => {
          const kept = new Scrollback(maxBytes)
          for (const chunk of chunks) kept.push(chunk)
          const whole = Buffer.concat(chunks)
          expect(kept.end).toBe(whole.length)
          const after = Math.round(share * whole.length)
          const { offset, data } = kept.since(after)
          expect(data.equals(whole.subarray(offset))).toBe(true)
          // Whoever has what is kept before it misses nothing.
          if (after >= kept.start) expect(offset).toBe(after)
          expect(whole.length - kept.start).toBe(Math.min(whole.length, maxBytes))
        },
      ),
    )
  })

  test('begins with a whole line where something before it is gone', () => {
    const kept = new Scrollback(16)
    kept.push(Buffer.from('first line\nsecond line\nthird\n'))
    expect(kept.since(null).data.toString()).toBe('third\n')
    expect(kept.since(0)).toEqual({ offset: 23, data: Buffer.from('third\n') })
    const all = new Scrollback(100)
    all.push(Buffer.from('half a line\nand more'))
    expect(all.since(null)).toEqual({ offset: 0, data: Buffer.from('half a line\nand more') })
  })

  test('that was never printed is asked for in vain', () => {
    const kept = new Scrollback(100)
    kept.push(Buffer.from('abc'))
    expect(kept.since(3).data.length).toBe(0)
    expect(kept.since(99)).toEqual({ offset: 0, data: Buffer.from('abc') })
  })
})
