/** 1 for bytes that words are made of: letters, digits, underscore and everything beyond ASCII; lower case of those that have one. */
const folded = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte)
  if (byte >= 0x80 || /[0-9a-z_]/.test(char)) folded[byte] = byte
  else if (/[A-Z]/.test(char)) folded[byte] = byte + 32
}

/** A set of 32-bit numbers that never shrinks while it is filled, and is emptied without letting go of its room. */
export class WordSet {
  #slots = new Uint32Array(4096)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** 0 stands for an empty slot; the one word that would hash to it is counted as 1. */
  add(hash: number): void {
    const word = hash === 0 ? 1 : hash
    const mask = this.#slots.length - 1
    let slot = Math.imul(word, 0x9e3779b1) >>> 0
    for (slot &= mask; ; slot = (slot + 1) & mask) {
      const there = this.#slots[slot]!
      if (there === word) return
      if (there === 0) break
    }
    this.#slots[slot] = word
    if (++this.#size * 2 > this.#slots.length) this.#widen()
  }

  #widen(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#size = 0
    for (const word of old) if (word !== 0) this.add(word)
  }

  *[Symbol.iterator](): Generator<number> {
    for (const word of this.#slots) if (word !== 0) yield word
  }

  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }
}

/** Calls `each` with the hash (FNV-1a, 32 bits, of the word in lower case) of every word. */
export function eachWord(text: Uint8Array, each: (hash: number) => void): void {
  let hash = 0x811c9dc5
  let inside = false
  for (let index = 0; index < text.length; index++) {
    const byte = folded[text[index]!]!
    if (byte !== 0) {
      hash = Math.imul(hash ^ byte, 0x01000193)
      inside = true
    } else if (inside) {
      each(hash >>> 0)
      hash = 0x811c9dc5
      inside = false
    }
  }
  if (inside) each(hash >>> 0)
}

/** The hashes of the words of a text, each once. */
export function wordsOf(text: string): number[] {
  const found = new Set<number>()
  eachWord(Buffer.from(text), (hash) => found.add(hash === 0 ? 1 : hash))
  return [...found]
}

/** Whether the text has a word character right there; false outside of it. */
export const isWordAt = (text: Uint8Array, index: number): boolean => (folded[text[index] ?? 0] ?? 0) !== 0
