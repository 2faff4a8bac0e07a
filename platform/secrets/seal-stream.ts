import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import type { Key } from './key-file.ts'
import { KeyUnknown, SealBroken } from './secrets-error.ts'

/*
 * A sealed stream: a header, then frames of AES-256-GCM. Every frame but the last holds 64 KiB of plain text; the last holds the
 * rest, which may be nothing.
 *
 *   header  "WHS1" · key id (8 bytes) · file nonce (32 random bytes)
 *   frame   cipher text · tag (16 bytes)
 *
 * The key of a file is derived from the master key, its nonce and its place, so a nonce of a frame need only be unique in the
 * file: a derived prefix, the number of the frame, and whether it is the last. What is cut off, moved, repeated or added
 * therefore does not open.
 */
const magic = Buffer.from('WHS1')
const keyIdBytes = 8
const fileNonceBytes = 32
const headerBytes = magic.length + keyIdBytes + fileNonceBytes
const frameBytes = 65_536
const tagBytes = 16
const prefixBytes = 7
const mostFrames = 0xffff_ffff

interface FrameKey {
  readonly key: Buffer
  readonly prefix: Buffer
  readonly header: Buffer
}

function frameKey(key: Key, header: Buffer, place: string): FrameKey {
  const salt = header.subarray(headerBytes - fileNonceBytes)
  const info = Buffer.concat([Buffer.from('sealed stream 1\0'), Buffer.from(key.id, 'hex'), Buffer.from(place)])
  const derived = Buffer.from(hkdfSync('sha256', key.bytes, salt, info, 32 + prefixBytes))
  return { key: derived.subarray(0, 32), prefix: derived.subarray(32), header }
}

function nonceOf({ prefix }: FrameKey, frame: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  prefix.copy(nonce)
  nonce.writeUInt32BE(frame, prefixBytes)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Bytes in the order they came, taken in pieces of a wished length. */
class Held {
  #chunks: Buffer[] = []
  bytes = 0

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.bytes += chunk.length
  }

  take(length: number): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    const rest = all.subarray(length)
    this.#chunks = rest.length > 0 ? [rest] : []
    this.bytes = rest.length
    return all.subarray(0, length)
  }
}

class Sealing extends Transform {
  readonly #frameKey: FrameKey
  readonly #held = new Held()
  #frame = 0

  constructor(key: Key, place: string) {
    super()
    const header = Buffer.concat([magic, Buffer.from(key.id, 'hex'), randomBytes(fileNonceBytes)])
    this.#frameKey = frameKey(key, header, place)
    this.push(header)
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#held.add(chunk)
    try {
      // Strictly more than a frame: one that is just full may be the last.
      while (this.#held.bytes > frameBytes) this.#seal(this.#held.take(frameBytes), false)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: (error?: Error | null) => void): void {
    this.#seal(this.#held.take(this.#held.bytes), true)
    done()
  }

  #seal(plain: Buffer, last: boolean): void {
    if (this.#frame > mostFrames) throw new SealBroken('A stream is too long to be sealed. Split it')
    const cipher = createCipheriv('aes-256-gcm', this.#frameKey.key, nonceOf(this.#frameKey, this.#frame, last))
    cipher.setAAD(this.#frameKey.header)
    this.#frame += 1
    this.push(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
  }
}

class Opening extends Transform {
  readonly #keys: readonly Key[]
  readonly #place: string
  readonly #held = new Held()
  #frameKey: FrameKey | null = null
  #frame = 0

  constructor(keys: readonly Key[], place: string) {
    super()
    this.#keys = keys
    this.#place = place
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#held.add(chunk)
    try {
      if (this.#frameKey === null && this.#held.bytes >= headerBytes) this.#begin()
      if (this.#frameKey !== null) {
        const whole = frameBytes + tagBytes
        while (this.#held.bytes > whole) this.#open(this.#frameKey, this.#held.take(whole), false)
      }
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: (error?: Error | null) => void): void {
    try {
      if (this.#frameKey === null || this.#held.bytes < tagBytes) throw this.#broken()
      this.#open(this.#frameKey, this.#held.take(this.#held.bytes), true)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  #begin(): void {
    // A copy: the rest of the chunk lives shorter than the header.
    const header = Buffer.from(this.#held.take(headerBytes))
    if (!header.subarray(0, magic.length).equals(magic)) throw this.#broken()
    const id = header.subarray(magic.length, magic.length + keyIdBytes).toString('hex')
    const key = this.#keys.find((candidate) => candidate.id === id)
    if (!key) {
      throw new KeyUnknown(
        `${this.#place} was sealed under the key ${id}, which is not in use. Restore that key and start again`,
      )
    }
    this.#frameKey = frameKey(key, header, this.#place)
  }

  #open(frameKey: FrameKey, sealed: Buffer, last: boolean): void {
    try {
      const nonce = nonceOf(frameKey, this.#frame, last)
      const decipher = createDecipheriv('aes-256-gcm', frameKey.key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(frameKey.header)
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
      this.#frame += 1
      if (plain.length > 0) this.push(plain)
    } catch (error) {
      throw this.#broken(error)
    }
  }

  #broken(cause?: unknown): SealBroken {
    const options = cause === undefined ? {} : { cause }
    return new SealBroken(`${this.#place} was changed, cut short, or belongs elsewhere. Use another copy`, options)
  }
}

export const sealingStream = (key: Key, place: string): Transform => new Sealing(key, place)

/** Gives out a frame only once it is proven; the end, which proves that nothing is missing, comes last. */
export const openingStream = (keys: readonly Key[], place: string): Transform => new Opening(keys, place)
