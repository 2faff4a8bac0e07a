/** One file or folder for a tar. `name` is relative, its parts joined by slashes. */
export interface PackedEntry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  /** Exactly as many bytes as `body` brings. */
  readonly sizeBytes: number
  /** Permission bits. */
  readonly mode: number
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number
}

const block = 512
const encoder = new TextEncoder()

/** What stands before the content of an entry. Names that the old header cannot hold go into a pax header. */
export function tarHeader(entry: PackedEntry): Uint8Array<ArrayBuffer> {
  const name = entry.kind === 'folder' ? `${entry.name}/` : entry.name
  const flag = entry.kind === 'folder' ? '5' : '0'
  if (/^[\x20-\x7e]{1,99}$/.test(name)) return headerBlock(entry, name, flag, entry.sizeBytes)
  const pax = paxLine('path', name)
  return joined([
    headerBlock(entry, 'pax', 'x', pax.length),
    pax,
    tarPadding(pax.length),
    headerBlock(entry, 'long', flag, entry.sizeBytes),
  ])
}

/** What stands behind the content of an entry of this size. */
export const tarPadding = (sizeBytes: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array((block - (sizeBytes % block)) % block)

/** What stands at the end of a tar. */
export const tarEnd = (): Uint8Array<ArrayBuffer> => new Uint8Array(2 * block)

function paxLine(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = encoder.encode(` ${key}=${value}\n`)
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return joined([encoder.encode(String(length)), rest])
}

function headerBlock(entry: PackedEntry, name: string, flag: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(block)
  const put = (text: string, at: number): void => bytes.set(encoder.encode(text), at)
  const digits = (value: number, at: number, length: number): void =>
    put(
      Math.floor(value)
        .toString(8)
        .padStart(length - 1, '0'),
      at,
    )
  put(name, 0)
  digits(entry.mode & 0o7777, 100, 8)
  digits(0, 108, 8)
  digits(0, 116, 8)
  if (sizeBytes < 8 ** 11) digits(sizeBytes, 124, 12)
  else large(sizeBytes, bytes.subarray(124, 136))
  digits(Math.max(0, entry.modifiedAtMs / 1000), 136, 12)
  put('        ', 148)
  put(flag, 156)
  put('ustar\x0000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** From 8 GB on: a big-endian number, its first bit set. */
function large(value: number, field: Uint8Array): void {
  let left = value
  for (let at = field.length - 1; at > 0; at--) {
    field[at] = left % 256
    left = Math.floor(left / 256)
  }
  field[0] = 0x80
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
