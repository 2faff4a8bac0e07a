/** `2026-11-20T14:25:41.549954240Z `: RFC 3339 with nine digits, then a blank. */
export const stampBytes = 31
const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/

/** The bytes of it that a line of something else will hardly have: a cheap look before the form. */
const looksStamped = (line: Buffer): boolean =>
  line[30] === 0x20 && line[29] === 0x5a && line[19] === 0x2e && line[10] === 0x54

/** The stamp before a line, without its blank; null where there is none. */
export function stampOf(line: Buffer): string | null {
  if (!looksStamped(line)) return null
  const stamp = line.toString('latin1', 0, stampBytes)
  return form.test(stamp) ? stamp.slice(0, -1) : null
}

/** Turns stamps into epoch microseconds. The minute of the one before is remembered: the calendar is asked once for each. */
export class StampClock {
  #minute = ''
  #minuteUs = 0

  /** NaN for no time at all. */
  us(stamp: string): number {
    const minute = stamp.slice(0, 16)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#minuteUs = Date.parse(`${minute}:00Z`) * 1000
    }
    return this.#minuteUs + Number(stamp.slice(17, 19)) * 1e6 + Number(stamp.slice(20, 26))
  }
}
