import { isAscii } from 'node:buffer'
import { startsOf } from './lines.ts'
import { fieldCheck } from './field-check.ts'
import type { Condition, LineFields } from './query.ts'
import { isWordAt, wordsOf } from './words.ts'

/** The text of a block in the forms in which it is looked through, each made when it is first asked for. */
export class BlockText {
  readonly bytes: Buffer
  readonly starts: Uint32Array
  #folded: string | null = null
  #decoded: { text: string; starts: Uint32Array } | null = null

  constructor(bytes: Uint8Array, count: number) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.starts = startsOf(bytes, count)
  }

  /** One character a byte, in lower case where the byte is ASCII; places in it are places in the bytes. */
  get folded(): string {
    return (this.#folded ??= this.bytes.toString('latin1').toLowerCase())
  }

  /** As it reads; its places are its own. */
  get decoded(): { readonly text: string; readonly starts: Uint32Array } {
    if (this.#decoded === null) {
      const ascii = isAscii(this.bytes)
      const text = ascii ? this.bytes.toString('latin1') : this.bytes.toString()
      this.#decoded = { text, starts: ascii ? this.starts : startsIn(text, this.starts.length) }
    }
    return this.#decoded
  }

  line(index: number): string {
    return this.bytes.toString('utf8', this.starts[index], this.starts[index + 1]! - 1)
  }
}

function startsIn(text: string, count: number): Uint32Array {
  const starts = new Uint32Array(count)
  for (let line = 1, from = 0; line < count; line++) starts[line] = from = text.indexOf('\n', from) + 1
  return starts
}

/** Calls `each` with the lines that hold it, from line `from` on, until it answers false. */
type Finder = (block: BlockText, each: (line: number) => boolean) => void
type Check = (block: BlockText, line: number) => boolean

interface Needle {
  readonly find: Finder
  readonly check: Check
}

/** Goes through places of a text and tells the line of each, once a line. `next` finds the next place or -1. */
function eachLine(
  starts: Uint32Array,
  next: (from: number) => number,
  fits: (place: number, line: number) => boolean,
  each: (line: number) => boolean,
): void {
  let line = 0
  for (let place = next(0); place >= 0;) {
    while (starts[line + 1]! <= place) line++
    if (line + 1 >= starts.length) return
    if (fits(place, line)) {
      if (!each(line)) return
      place = next(starts[line + 1]!)
    } else place = next(place + 1)
  }
}

function literal({ kind, value, exact }: Condition): Needle {
  const bytes = Buffer.from(exact ? value : value.toLowerCase())
  const folded = bytes.toString('latin1')
  const isWhole = (block: BlockText, place: number): boolean =>
    kind !== 'words' ||
    ((!isWordAt(block.bytes, place - 1) || !isWordAt(bytes, 0)) &&
      (!isWordAt(block.bytes, place + bytes.length) || !isWordAt(bytes, bytes.length - 1)))
  const next =
    (block: BlockText) =>
    (from: number): number =>
      exact ? block.bytes.indexOf(bytes, from) : block.folded.indexOf(folded, from)
  return {
    find: (block, each) => eachLine(block.starts, next(block), (place) => isWhole(block, place), each),
    check(block, line) {
      const end = block.starts[line + 1]!
      const search = next(block)
      for (let place = search(block.starts[line]!); place >= 0 && place < end; place = search(place + 1))
        if (isWhole(block, place)) return true
      return false
    },
  }
}

function pattern(source: string, exact: boolean): Needle {
  const flags = exact ? '' : 'i'
  const whole = new RegExp(source, `${flags}gm`)
  const single = new RegExp(source, flags)
  const check: Check = (block, line) => {
    const { text, starts } = block.decoded
    return single.test(text.slice(starts[line], starts[line + 1]! - 1))
  }
  return {
    check,
    find(block, each) {
      const { text, starts } = block.decoded
      let line = 0
      whole.lastIndex = 0
      for (let found = whole.exec(text); found !== null; found = whole.exec(text)) {
        while (line + 1 < starts.length && starts[line + 1]! <= found.index) line++
        if (line + 1 >= starts.length) return
        const end = starts[line + 1]!
        // What goes over the end of its line may still hold in the line alone.
        if ((found.index + found[0].length < end || check(block, line)) && !each(line)) return
        whole.lastIndex = end
      }
    },
  }
}

const needleOf = (condition: Condition): Needle => {
  const { kind, value, exact = false } = condition
  if (kind === 'regex') return pattern(value, exact)
  // Folding of other alphabets is left to the engine of patterns.
  const isPlain = exact || isAscii(Buffer.from(value))
  return isPlain ? literal(condition) : pattern(value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), false)
}

/** Reads the fields off a line. */
export type FieldsOf = (text: string) => LineFields
const noFields: FieldsOf = () => ({})

/** All conditions of a query as one. Throws a SyntaxError for a pattern that is none. */
export class Matcher {
  /** Hashes of words that a line must hold: a block whose filter lacks one is not opened. */
  readonly words: readonly number[]
  readonly #first: Finder | null
  readonly #rest: { readonly check: Check; readonly wanted: boolean }[]

  constructor(all: readonly Condition[], fieldsOf: FieldsOf = noFields) {
    const conditions = all.filter(({ kind }) => kind !== 'field')
    const ofFields = all.filter(({ kind }) => kind === 'field')
    const wanted = conditions.filter(({ not, value }) => !not && value !== '')
    this.words = [...new Set(wanted.flatMap(({ kind, value }) => (kind === 'words' ? wordsOf(value) : [])))]
    const first = wanted.find(({ kind }) => kind !== 'regex') ?? wanted[0]
    this.#first = first === undefined ? null : needleOf(first).find
    this.#rest = conditions
      .filter((one) => one !== first && one.value !== '')
      .map((one) => ({ check: needleOf(one).check, wanted: !one.not }))
    if (ofFields.length === 0) return
    // Last, as reading fields takes the most.
    const holds = fieldCheck(ofFields)
    this.#rest.push({ check: (block, line) => holds(fieldsOf(block.line(line))), wanted: true })
  }

  get isEmpty(): boolean {
    return this.#first === null && this.#rest.length === 0
  }

  /** Calls `each` with every line that holds, until it answers false. */
  find(block: BlockText, each: (line: number) => boolean): void {
    const passes = (line: number): boolean => this.#rest.every(({ check, wanted }) => check(block, line) === wanted)
    const tell = (line: number): boolean => !passes(line) || each(line)
    if (this.#first !== null) {
      this.#first(block, tell)
      return
    }
    for (let line = 0; line + 1 < block.starts.length; line++) if (!tell(line)) return
  }
}
