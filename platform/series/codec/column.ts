import type { ByteReader, ByteWriter } from './bytes.ts'

/**
 * One series over the points of a window, as bytes. The first byte says how: its two lowest bits the form, bit 2 that there are gaps,
 * bits 4 to 7 how many decimals whole numbers were scaled by. Every value comes back bit for bit; NaN is a gap.
 */
const constant = 0 // eight bytes stand for all
const whole = 1 // the first, then differences, as varints
const floats = 2 // each as it is xor the one before, all first bytes, then all second bytes, …
const withGaps = 4

const scales = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
const widest = 2 ** 50
let dense = new Float64Array(1024)
let scaled = new Float64Array(1024)
let words = new Uint8Array(1024 * 8)

function room(count: number): void {
  if (dense.length >= count) return
  const length = count * 2
  dense = new Float64Array(length)
  scaled = new Float64Array(length)
  words = new Uint8Array(length * 8)
}

/** Scales what is in `dense` into whole numbers. Answers the decimals, or -1 where it cannot be done without loss. */
function scale(count: number): number {
  for (let decimals = 0; decimals < scales.length; decimals++) {
    const by = scales[decimals]!
    let at = 0
    for (; at < count; at++) {
      const value = dense[at]!
      const int = Math.round(value * by)
      if (int / by !== value || int > widest || int < -widest || (int === 0 && 1 / value < 0)) break
      scaled[at] = int
    }
    if (at === count) return decimals
  }
  return -1
}

/** Writes `count` values; answers false where all are gaps, and then writes nothing. */
export function writeColumn(to: ByteWriter, values: Float64Array, count: number): boolean {
  room(count)
  let kept = 0
  let isConstant = true
  for (let at = 0; at < count; at++) {
    const value = values[at]!
    if (value !== value) continue
    if (isConstant && kept > 0 && !Object.is(value, dense[0]!)) isConstant = false
    dense[kept++] = value
  }
  if (kept === 0) return false
  const gaps = kept < count ? withGaps : 0
  to.reserve(32 + kept * 9 + (gaps ? count * 2 : 0))
  const decimals = isConstant ? 0 : scale(kept)
  const form = isConstant ? constant : decimals < 0 ? floats : whole
  to.byte(form | gaps | (form === whole ? decimals << 4 : 0))
  if (gaps) writeGaps(to, values, count)
  if (form === constant) to.float(dense[0]!)
  else if (form === whole) to.differences(scaled, kept)
  else writeFloats(to, kept)
  return true
}

/** Runs of values and of gaps in turn, a run of values first. */
function writeGaps(to: ByteWriter, values: Float64Array, count: number): void {
  let isValue = true
  let run = 0
  for (let at = 0; at < count; at++) {
    const value = values[at]!
    if ((value === value) === isValue) run++
    else {
      to.unsigned(run)
      isValue = !isValue
      run = 1
    }
  }
  to.unsigned(run)
}

function writeFloats(to: ByteWriter, kept: number): void {
  const bytes = new Uint8Array(dense.buffer, 0, kept * 8)
  for (let at = kept * 8 - 1; at >= 0; at--) {
    const before = at >= 8 ? bytes[at - 8]! : 0
    words[(at & 7) * kept + (at >> 3)] = bytes[at]! ^ before
  }
  to.append(words.subarray(0, kept * 8))
}

/** Reads what `writeColumn` wrote into the first `count` places. Throws a RangeError where the bytes are none. */
export function readColumn(from: ByteReader, into: Float64Array, count: number): void {
  const head = from.byte()
  const form = head & 3
  const runs = (head & withGaps) === 0 ? null : readGaps(from, count)
  const kept = runs === null ? count : runs.reduce((sum, run, index) => sum + (index % 2 === 0 ? run : 0), 0)
  if (form === constant) into.fill(from.float(), 0, kept)
  else if (form === whole) {
    const by = scales[head >> 4]
    if (by === undefined) throw new RangeError('A column has a scale that is none')
    from.sums(into, kept, by)
  } else if (form === floats) readFloats(from, into, kept)
  else throw new RangeError('A column has a form that is none')
  if (runs !== null) spread(into, runs, kept, count)
}

function readGaps(from: ByteReader, count: number): number[] {
  const runs: number[] = []
  for (let told = 0; told < count;) {
    const run = from.unsigned()
    if (told + run > count || (run === 0 && runs.length > 0)) throw new RangeError('A column has more than it can')
    runs.push(run)
    told += run
  }
  return runs
}

function readFloats(from: ByteReader, into: Float64Array, kept: number): void {
  const planes = from.take(kept * 8)
  const bytes = new Uint8Array(into.buffer, into.byteOffset, kept * 8)
  for (let at = 0; at < kept * 8; at++) {
    const before = at >= 8 ? bytes[at - 8]! : 0
    bytes[at] = planes[(at & 7) * kept + (at >> 3)]! ^ before
  }
}

/** Moves the values to their places, from the end, so that none is written over before it has moved. */
function spread(into: Float64Array, runs: readonly number[], kept: number, count: number): void {
  let source = kept
  let target = count
  for (let index = runs.length - 1; index >= 0; index--) {
    const run = runs[index]!
    target -= run
    if (index % 2 === 0) {
      source -= run
      into.copyWithin(target, source, source + run)
    } else into.fill(Number.NaN, target, target + run)
  }
}
