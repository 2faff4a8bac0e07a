/** `2026-11-20T14:25:41.549954240Z `: RFC 3339 with nine digits, then a blank. */
export const stampBytes = 31
const minuteBytes = 16
const form = 'dddd-dd-ddTdd:dd:dd.dddddddddZ '
const digits = new Set(Array.from(form, (sign, at) => (sign === 'd' ? at : -1)))
const signs = Buffer.from(form)
const isDigit = Uint8Array.from(signs, (_, at) => (digits.has(at) ? 1 : 0))

/** Whether a line has a stamp before it. Every line that is said comes by here, so nothing is made of it. */
export function isStamped(line: Buffer): boolean {
  if (line.length < stampBytes || line[30] !== 0x20) return false
  for (let at = 0; at < stampBytes; at++) {
    const byte = line[at]!
    if (isDigit[at] === 1 ? byte < 0x30 || byte > 0x39 : byte !== signs[at]) return false
  }
  return true
}

/** The stamp of a line that has one, without its blank. */
export const stampOf = (line: Buffer): string => line.toString('latin1', 0, stampBytes - 1)

/** A stamp as `since` takes it: seconds with nine digits, which would not survive a double. */
export const sinceStamp = (stamp: string): string => `${Math.floor(Date.parse(stamp) / 1000)}.${stamp.slice(20, 29)}`

function numberAt(line: Buffer, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) number = number * 10 + line[at]! - 0x30
  return number
}

/** Turns the stamps of lines into times. The minute of the one before is remembered: the calendar is asked once for each. */
export class StampClock {
  readonly #minute = Buffer.alloc(minuteBytes)
  #minuteUs = Number.NaN
  /** Nanoseconds of the last one beyond its microsecond. */
  nanos = 0

  /** Epoch microseconds of a line that has a stamp; NaN for no time at all. */
  us(line: Buffer): number {
    let at = 0
    while (at < minuteBytes && line[at] === this.#minute[at]) at++
    if (at < minuteBytes) {
      line.copy(this.#minute, 0, 0, minuteBytes)
      this.#minuteUs = Date.parse(`${this.#minute.toString('latin1')}:00Z`) * 1000
    }
    this.nanos = numberAt(line, 26, 29)
    return this.#minuteUs + numberAt(line, 17, 19) * 1e6 + numberAt(line, 20, 26)
  }
}
