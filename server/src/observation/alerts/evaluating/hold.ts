/** What is known of one rule on one subject between two looks. Times are epoch ms, durations ms. */
export interface Hold {
  readonly phase: 'clear' | 'pending' | 'firing'
  /** When it was looked at last. */
  readonly at: number
  /** So long the condition has held, as far as it was watched. */
  readonly heldMs: number
  /** So long it has been over; null while it holds. */
  readonly overMs: number | null
  readonly unknownMs: number
  readonly firedAt: number | null
  readonly furthest: number | null
  /** When it fired within the last hour. */
  readonly firings: readonly number[]
}

export interface Timing {
  readonly forMs: number
  readonly clearAfterMs: number
  /** Counted at most between two looks: a machine that slept, or a clock that was set, has watched nothing meanwhile. */
  readonly longestStepMs: number
}

export interface Look {
  readonly at: number
  /** Null where it cannot be told. */
  readonly holds: boolean | null
  readonly value: number | null
  /** Not heard: nothing is counted either way, for as long as it lasts. */
  readonly frozen?: boolean
}

export type Turn = 'fired' | 'cleared' | null

const hourMs = 3_600_000
const manyFirings = 4
/** What goes back and forth is over only when it has been calm for so long. */
const calmMs = 600_000
/** Nothing was known for so long: it is taken to be over. */
const forgottenMs = 600_000

export const isFlapping = ({ firings }: Pick<Hold, 'firings'>): boolean => firings.length >= manyFirings
/** Nothing would be lost with it. */
export const isIdle = ({ phase, firings }: Hold): boolean => phase === 'clear' && firings.length === 0

const fresh = (at: number): Hold => ({
  phase: 'clear',
  at,
  heldMs: 0,
  overMs: null,
  unknownMs: 0,
  firedAt: null,
  furthest: null,
  firings: [],
})

/** The one rule of when an alert fires and when it is over: live and in a preview alike. `isFurther` tells which of two values is worse. */
export function next(
  before: Hold | null,
  look: Look,
  timing: Timing,
  isFurther: (a: number, b: number) => boolean,
): { readonly hold: Hold; readonly turn: Turn } {
  const last = before ?? fresh(look.at)
  const passedMs = Math.min(Math.max(0, look.at - last.at), timing.longestStepMs)
  // A clock that was set back must not keep firings of the future.
  const firings = last.firings.filter((at) => look.at - at < hourMs && at <= look.at)
  const hold: Hold = { ...last, at: look.at, firings }
  if (look.frozen) return { hold, turn: null }
  if (look.holds === null) {
    const unknownMs = last.unknownMs + passedMs
    if (unknownMs < forgottenMs) return { hold: { ...hold, unknownMs }, turn: null }
  }
  const known: Hold = { ...hold, unknownMs: look.holds === null ? hold.unknownMs + passedMs : 0 }
  return look.holds === true
    ? holding(known, last, look, passedMs, timing, isFurther)
    : notHolding(known, last, look, passedMs, timing)
}

function holding(
  hold: Hold,
  last: Hold,
  { at, value }: Look,
  passedMs: number,
  { forMs }: Timing,
  isFurther: (a: number, b: number) => boolean,
): { hold: Hold; turn: Turn } {
  const furthest =
    value !== null && (hold.furthest === null || last.phase === 'clear' || isFurther(value, hold.furthest))
      ? value
      : hold.furthest
  if (last.phase === 'firing') return { hold: { ...hold, overMs: null, furthest }, turn: null }
  const heldMs = last.phase === 'pending' ? last.heldMs + passedMs : 0
  if (heldMs < forMs) return { hold: { ...hold, phase: 'pending', heldMs, furthest }, turn: null }
  const fired: Hold = { ...hold, phase: 'firing', heldMs, overMs: null, firedAt: at, furthest }
  return { hold: { ...fired, firings: [...hold.firings, at] }, turn: 'fired' }
}

function notHolding(
  hold: Hold,
  last: Hold,
  { at }: Look,
  passedMs: number,
  { clearAfterMs }: Timing,
): { hold: Hold; turn: Turn } {
  const cleared: Hold = { ...hold, phase: 'clear', heldMs: 0, overMs: null, firedAt: null, furthest: null }
  if (last.phase !== 'firing') return { hold: { ...cleared, at }, turn: null }
  const overMs = last.overMs === null ? 0 : last.overMs + passedMs
  const neededMs = isFlapping(hold) ? Math.max(clearAfterMs, calmMs) : clearAfterMs
  return overMs < neededMs ? { hold: { ...hold, overMs }, turn: null } : { hold: cleared, turn: 'cleared' }
}
