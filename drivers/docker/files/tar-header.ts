/** One entry of a tar (POSIX.1-1988 ustar, with pax and GNU extensions already applied). Sizes are bytes, times seconds since 1970. */
export interface TarHeader {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'pipe' | 'other'
  readonly sizeBytes: number
  /** Permission bits, with set-user, set-group and sticky. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly group: string
  readonly modifiedAt: number
  readonly link: string
}

export const blockBytes = 512

const kinds: Readonly<Record<string, TarHeader['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
  '6': 'pipe',
}
/** Entries that tell something of the next one, or of all, and are none themselves. */
const extensions = new Set(['x', 'g', 'L', 'K'])

/** What a block says before extensions: `flag` is its type letter. Null for a block of zeroes, the end of the archive. */
export function readHeader(block: Uint8Array): { readonly flag: string; readonly header: TarHeader } | null {
  const bytes = Buffer.from(block.buffer, block.byteOffset, blockBytes)
  if (bytes.every((byte) => byte === 0)) return null
  if (checksum(bytes) !== octal(bytes, 148, 8)) throw new Error('what came is no tar')
  const flag = String.fromCharCode(bytes[156] ?? 0)
  const prefix = bytes.toString('latin1', 257, 262) === 'ustar' ? text(bytes, 345, 155) : ''
  const name = text(bytes, 0, 100)
  const full = prefix === '' ? name : `${prefix}/${name}`
  const kind = kinds[flag] ?? 'other'
  const sizeBytes = octal(bytes, 124, 12)
  return {
    flag,
    header: {
      name: full,
      kind,
      sizeBytes: kind === 'file' || kind === 'other' || extensions.has(flag) ? sizeBytes : 0,
      mode: octal(bytes, 100, 8) & 0o7777,
      uid: octal(bytes, 108, 8),
      gid: octal(bytes, 116, 8),
      user: text(bytes, 265, 32),
      group: text(bytes, 297, 32),
      modifiedAt: octal(bytes, 136, 12),
      link: text(bytes, 157, 100),
    },
  }
}

export const isExtension = (flag: string): boolean => extensions.has(flag)

/** Lines of a pax header: `<length> <key>=<value>\n`, the length counting itself. */
export function readPax(data: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const found = new Map<string, string>()
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const length = space === -1 ? Number.NaN : Number(bytes.toString('latin1', at, space))
    const equals = bytes.indexOf(0x3d, space)
    if (!Number.isSafeInteger(length) || length <= 0 || equals === -1 || at + length > bytes.length) break
    found.set(bytes.toString('utf8', space + 1, equals), bytes.toString('utf8', equals + 1, at + length - 1))
    at += length
  }
  return found
}

export function applyPax(header: TarHeader, pax: ReadonlyMap<string, string>): TarHeader {
  const number = (key: string, otherwise: number): number => {
    const value = Number(pax.get(key) ?? Number.NaN)
    return Number.isFinite(value) && value >= 0 ? value : otherwise
  }
  const name = pax.get('path') ?? header.name
  // Very old ones tell folders by their name alone. Only the whole name counts: without its last letters it may end so by chance.
  const folder = header.kind === 'file' && name.endsWith('/')
  return {
    ...header,
    name,
    kind: folder ? 'folder' : header.kind,
    link: pax.get('linkpath') ?? header.link,
    user: pax.get('uname') ?? header.user,
    group: pax.get('gname') ?? header.group,
    sizeBytes: folder ? 0 : Math.floor(number('size', header.sizeBytes)),
    uid: number('uid', header.uid),
    gid: number('gid', header.gid),
    modifiedAt: number('mtime', header.modifiedAt),
  }
}

/** A whole tar of one entry. Names that do not fit the old header go into a pax header before it. */
export function tarOf(header: TarHeader, data: Uint8Array = new Uint8Array()): Buffer {
  const parts: Buffer[] = []
  const plain = (value: string): boolean => /^[\x20-\x7e]{0,99}$/.test(value)
  if (!plain(header.name) || !plain(header.link)) {
    const pax = Buffer.concat([paxLine('path', header.name), paxLine('linkpath', header.link)])
    parts.push(block({ ...header, name: 'pax', link: '', sizeBytes: pax.length }, 'x'), padded(pax))
  }
  const flag = { file: '0', hardlink: '1', symlink: '2', folder: '5', pipe: '6', other: '3' }[header.kind]
  parts.push(block({ ...header, sizeBytes: data.length }, flag), padded(data), Buffer.alloc(2 * blockBytes))
  return Buffer.concat(parts)
}

function paxLine(key: string, value: string): Buffer {
  if (value === '') return Buffer.alloc(0)
  const rest = Buffer.from(` ${key}=${value}\n`)
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

function padded(data: Uint8Array): Buffer {
  return Buffer.concat([data, Buffer.alloc((blockBytes - (data.length % blockBytes)) % blockBytes)])
}

function block(header: TarHeader, flag: string): Buffer {
  const bytes = Buffer.alloc(blockBytes)
  const digits = (value: number, at: number, length: number): void => {
    bytes.write(
      `${Math.floor(value)
        .toString(8)
        .padStart(length - 1, '0')}\0`,
      at,
      'latin1',
    )
  }
  bytes.write(header.name.slice(0, 100), 0, 'latin1')
  digits(header.mode & 0o7777, 100, 8)
  digits(Math.min(header.uid, 0o7777777), 108, 8)
  digits(Math.min(header.gid, 0o7777777), 116, 8)
  digits(header.sizeBytes, 124, 12)
  digits(header.modifiedAt, 136, 12)
  bytes.write(flag, 156, 'latin1')
  bytes.write(header.link.slice(0, 100), 157, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

/** The sum of all bytes, its own eight taken as spaces. */
function checksum(bytes: Buffer): number {
  let sum = 8 * 0x20
  for (let at = 0; at < blockBytes; at++) if (at < 148 || at >= 156) sum += bytes[at] ?? 0
  return sum
}

function text(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return bytes.toString('utf8', at, end === -1 || end > at + length ? at + length : end)
}

/** Octal digits, or, where the first bit is set, a big-endian number (GNU, for what has more digits). */
function octal(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at] ?? 0
  if (first >= 0x80) {
    let value = first & 0x7f
    for (let offset = 1; offset < length; offset++) value = value * 256 + (bytes[at + offset] ?? 0)
    return value
  }
  const digits = bytes.toString('latin1', at, at + length).replace(/[\0 ]+/g, '')
  return digits === '' ? 0 : Number.parseInt(digits, 8) || 0
}
