const blockBytes = 65_536
const tableBits = 14
const leastMatch = 4
const mostCopy = 64

function varint(value: number, into: Buffer, at: number): number {
  let rest = value
  while (rest >= 0x80) {
    into[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  into[at++] = rest
  return at
}

function literal(from: Uint8Array, start: number, end: number, into: Buffer, at: number): number {
  const length = end - start
  if (length === 0) return at
  if (length <= 60) into[at++] = (length - 1) << 2
  else if (length <= 256) {
    into[at++] = 60 << 2
    into[at++] = length - 1
  } else {
    into[at++] = 61 << 2
    at = into.writeUInt16LE(length - 1, at)
  }
  into.set(from.subarray(start, end), at)
  return at + length
}

function copy(offset: number, length: number, into: Buffer, at: number): number {
  let rest = length
  while (rest > 0) {
    const part = Math.min(rest, mostCopy)
    into[at++] = ((part - 1) << 2) | 2
    at = into.writeUInt16LE(offset, at)
    rest -= part
  }
  return at
}

/** The block format of snappy, which receivers of remote writes take alone. */
export function snappy(bytes: Buffer): Buffer {
  const into = Buffer.allocUnsafe(32 + bytes.length + Math.ceil(bytes.length / 6))
  let at = varint(bytes.length, into, 0)
  const table = new Int32Array(1 << tableBits)
  // Blocks stand alone: an offset has two bytes.
  for (let block = 0; block < bytes.length; block += blockBytes) {
    const end = Math.min(block + blockBytes, bytes.length)
    table.fill(-1)
    let told = block
    let look = block
    while (look + leastMatch <= end) {
      const word = bytes.readUInt32LE(look)
      const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - tableBits)
      const before = table[slot]!
      table[slot] = look
      if (before === -1 || bytes.readUInt32LE(before) !== word) {
        look++
        continue
      }
      let length = leastMatch
      while (look + length < end && bytes[before + length] === bytes[look + length]) length++
      at = literal(bytes, told, look, into, at)
      at = copy(look - before, length, into, at)
      look += length
      told = look
    }
    at = literal(bytes, told, end, into, at)
  }
  return into.subarray(0, at)
}
