/** An entry of a tar as it is read. `other` is a device, a pipe, or anything a file system of people does not hold. */
export interface TarEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly sizeBytes: number
  readonly mode: number
}

const block = 512
const maxExtensionBytes = 1_048_576
const decoder = new TextDecoder()
const kinds: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
}

/**
 * Reads a tar entry by entry. `take` gets each with its content as it comes, and must read that to its end or leave it: the rest is
 * skipped. Throws an `Error` for what is no tar, or ends too early.
 */
export async function readTar(
  body: AsyncIterable<Uint8Array>,
  take: (entry: TarEntry, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const source = new Chunks(body)
  let extended: { path?: string; size?: number } = {}
  for (;;) {
    const header = await source.exactly(block)
    if (header.every((byte) => byte === 0)) return
    if (checksum(header) !== octal(header, 148, 8)) throw new Error('what came is no tar')
    const flag = String.fromCharCode(header[156] ?? 0)
    const size = octal(header, 124, 12)
    if ('xgLK'.includes(flag)) {
      if (size > maxExtensionBytes) throw new Error('a header of the tar is too long')
      const data = await source.exactly(size)
      await source.skip(padding(size))
      if (flag === 'x') extended = { ...extended, ...paxOf(data) }
      if (flag === 'L') extended.path = text(data, 0, data.length)
      continue
    }
    const kind = kinds[flag] ?? 'other'
    const sizeBytes = kind === 'folder' || kind === 'link' ? 0 : (extended.size ?? size)
    const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : ''
    const short = text(header, 0, 100)
    const name = extended.path ?? (prefix === '' ? short : `${prefix}/${short}`)
    extended = {}
    const content = source.content(sizeBytes)
    await take({ name, kind, sizeBytes, mode: octal(header, 100, 8) & 0o7777 }, content)
    for await (const _ of content);
    await source.skip(padding(sizeBytes))
  }
}

const padding = (size: number): number => (block - (size % block)) % block

/** Bytes in the pieces that are asked for, not those they came in. */
class Chunks {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** At least one byte, at most `most`. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next()
      if (done) throw new Error('the tar ends in the middle')
      this.#rest = value
    }
    const part = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  async exactly(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length;) {
      const part = await this.some(length - at)
      bytes.set(part, at)
      at += part.length
    }
    return bytes
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) left -= (await this.some(left)).length
  }

  /** Goes on where it was left when it is read again. */
  content(length: number): AsyncIterable<Uint8Array> {
    let left = length
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      if (left === 0) return { value: undefined, done: true }
      const value = await this.some(left)
      left -= value.length
      return { value, done: false }
    }
    return { [Symbol.asyncIterator]: () => ({ next }) }
  }
}

function paxOf(data: Uint8Array): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {}
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at)
    const length = Number(decoder.decode(data.subarray(at, space === -1 ? at : space)))
    if (!Number.isSafeInteger(length) || length <= 0 || at + length > data.length) break
    const line = decoder.decode(data.subarray(space + 1, at + length - 1))
    const equals = line.indexOf('=')
    const [key, value] = [line.slice(0, equals), line.slice(equals + 1)]
    if (key === 'path') found.path = value
    if (key === 'size') found.size = Number(value)
    at += length
  }
  return found
}

function checksum(bytes: Uint8Array): number {
  let sum = 8 * 0x20
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += bytes[at] ?? 0
  return sum
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return decoder.decode(bytes.subarray(at, end === -1 || end > at + length ? at + length : end))
}

function octal(bytes: Uint8Array, at: number, length: number): number {
  if ((bytes[at] ?? 0) >= 0x80) {
    let value = (bytes[at] ?? 0) & 0x7f
    for (let offset = 1; offset < length; offset++) value = value * 256 + (bytes[at + offset] ?? 0)
    return value
  }
  return Number.parseInt(text(bytes, at, length).trim(), 8) || 0
}
