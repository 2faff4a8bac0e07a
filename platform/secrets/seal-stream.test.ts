import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSecrets, type Secrets } from './index.ts'

const newKey = (): string => randomBytes(32).toString('base64')
const header = 44
const frame = 65_536 + 16

/** In pieces of `size` bytes, as a disk or a socket gives them. */
function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const through = (stream: NodeJS.ReadWriteStream, bytes: Buffer, size = 10_000): Promise<Buffer> => {
  const source = Readable.from(pieces(bytes, size))
  source.on('error', () => undefined)
  return buffer(source.pipe(stream))
}
const seal = (secrets: Secrets, plain: Buffer, place = 'here'): Promise<Buffer> =>
  through(secrets.sealStream(place), plain)
const open = (secrets: Secrets, sealed: Buffer, place = 'here', size?: number): Promise<Buffer> =>
  through(secrets.openStream(place), sealed, size)

describe('sealed stream', () => {
  const secrets = openSecrets({ key: newKey() })
  const plain = randomBytes(3 * 65_536 + 1234)

  it.each([0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 1_000_000])(
    'opens %i bytes as they were',
    async (length) => {
      const bytes = randomBytes(length)
      const sealed = await seal(secrets, bytes)
      expect(sealed.length).toBe(header + length + 16 * Math.max(1, Math.ceil(length / 65_536)))
      expect((await open(secrets, sealed)).equals(bytes)).toBe(true)
      expect((await open(secrets, sealed, 'here', 1_000_000)).equals(bytes)).toBe(true)
    },
  )

  it('opens however it is cut into chunks', async () => {
    const sealed = await seal(secrets, plain)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 200_000 }), async (size) => {
        expect((await open(secrets, sealed, 'here', size)).equals(plain)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('never seals alike, and shows nothing of what it seals', async () => {
    const known = Buffer.from('password='.repeat(1000))
    const [one, two] = [await seal(secrets, known), await seal(secrets, known)]
    expect(one.equals(two)).toBe(false)
    expect(one.includes('password')).toBe(false)
  })

  it('notices every cut: in the header, in a frame, and between two frames', async () => {
    const sealed = await seal(secrets, plain)
    const cuts = [0, 3, header - 1, header, header + 8, header + frame, header + 2 * frame, sealed.length - 1]
    for (const length of cuts) {
      await expect(open(secrets, sealed.subarray(0, length)), `cut to ${length}`).rejects.toThrow('cut short')
    }
  })

  it('notices frames that changed places, came twice, or were added', async () => {
    const sealed = await seal(secrets, plain)
    const at = (n: number): Buffer => sealed.subarray(header + n * frame, header + (n + 1) * frame)
    const head = sealed.subarray(0, header)
    const end = sealed.subarray(header + 3 * frame)
    for (const changed of [
      [head, at(1), at(0), at(2), end],
      [head, at(0), at(0), at(1), at(2), end],
      [head, at(0), at(2), end],
      [sealed, end],
      [sealed, Buffer.alloc(1)],
    ]) {
      await expect(open(secrets, Buffer.concat(changed))).rejects.toThrow('was changed')
    }
  })

  it('notices one flipped bit, wherever it is', async () => {
    const sealed = await seal(secrets, plain)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sealed.length * 8 - 1 }), async (bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        await expect(open(secrets, changed)).rejects.toThrow(/was changed|not in use/)
      }),
      { numRuns: 60, examples: [[0], [4 * 8], [12 * 8], [header * 8]] },
    )
  })

  it('opens in its place alone, and under its key alone', async () => {
    const sealed = await seal(secrets, plain, 'backups/1/a')
    await expect(open(secrets, sealed, 'backups/1/b')).rejects.toThrow('belongs elsewhere')
    await expect(open(openSecrets({ key: newKey() }), sealed, 'backups/1/a')).rejects.toThrow('not in use')
  })

  it('opens what an older key sealed, until that key is retired', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'seal-stream-'))
    try {
      const rotating = openSecrets({ keyFile: join(folder, 'key') })
      const old = await seal(rotating, plain)
      rotating.rotate()
      expect((await open(rotating, old)).equals(plain)).toBe(true)
      const fresh = await seal(rotating, plain)
      expect(fresh.subarray(4, 12).toString('hex')).toBe(rotating.keyId)
      rotating.retire()
      await expect(open(rotating, old)).rejects.toThrow('not in use')
      expect((await open(rotating, fresh)).equals(plain)).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
