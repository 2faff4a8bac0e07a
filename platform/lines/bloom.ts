import type { WordSet } from './words.ts'

export const bitsPerWord = 12
const probes = 6

/** Second hash of the pair that all probes are made of; odd, so that it reaches every bit. */
const stride = (hash: number): number => (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) | 1

/**
 * A filter that knows which words are not there. About four in a thousand of the words that are not there pass it (12 bits and six
 * probes a word).
 */
export function bloomOf(words: WordSet): Uint8Array {
  const bits = new Uint8Array(Math.max(8, Math.ceil((words.size * bitsPerWord) / 8)))
  const size = bits.length * 8
  for (const word of words) {
    const step = stride(word)
    let bit = word
    for (let probe = 0; probe < probes; probe++) {
      const at = bit % size
      bits[at >> 3]! |= 1 << (at & 7)
      bit = (bit + step) >>> 0
    }
  }
  return bits
}

/** False only where at least one of the words is surely not there; an empty filter knows nothing. */
export function mayHold(bits: Uint8Array, words: readonly number[]): boolean {
  const size = bits.length * 8
  if (size === 0) return true
  for (const word of words) {
    const step = stride(word)
    let bit = word
    for (let probe = 0; probe < probes; probe++) {
      const at = bit % size
      if ((bits[at >> 3]! & (1 << (at & 7))) === 0) return false
      bit = (bit + step) >>> 0
    }
  }
  return true
}
