/** Left of every chart and lane, where its scale stands, so that all share one axis of time; px. */
export const gutter = 62
/** Right of it; px. */
export const margin = 10

export interface Frame {
  /** Epoch ms of both edges. */
  readonly from: number
  readonly to: number
  /** Of the whole chart, px. */
  readonly width: number
}

export const toX = (at: number, { from, to, width }: Frame): number =>
  gutter + ((at - from) / Math.max(1, to - from)) * Math.max(1, width - gutter - margin)
/** The moment under a point, within the edges. */
export function toTime(x: number, { from, to, width }: Frame): number {
  const share = (x - gutter) / Math.max(1, width - gutter - margin)
  return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from))
}

/** The next round number above the largest value: 1, 2, 5 and their tens, or powers of two where bytes are told. */
export function topOf(most: number, binary = false): number {
  if (!(most > 0)) return 1
  if (binary) return 2 ** Math.ceil(Math.log2(most * 1.02))
  const ten = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 5, 10].find((step) => step * ten >= most * 1.02) ?? 20) * ten
}

type Values = readonly (number | null)[]

/** A line through the middles of its steps; a gap breaks it, and one value alone is a dot of a line. */
export function linePath(
  values: Values,
  since: number,
  stepMs: number,
  top: number,
  frame: Frame,
  height: number,
): string {
  let path = ''
  values.forEach((value, index) => {
    if (value === null) return
    const x = toX(since + (index + 0.5) * stepMs, frame)
    const y = height - (Math.min(value, top) / top) * height
    const isJoined = index > 0 && values[index - 1] !== null
    path += `${isJoined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    const isAlone = !isJoined && (values[index + 1] ?? null) === null
    if (isAlone) path += 'h1'
  })
  return path
}

/** The ground below a line, closed at each gap. */
export function areaPath(
  values: Values,
  since: number,
  stepMs: number,
  top: number,
  frame: Frame,
  height: number,
): string {
  let path = ''
  for (const [first, last] of runsOf(values, (value) => value !== null)) {
    const part = values.map((value, index) => (index >= first && index <= last ? value : null))
    const [left, right] = [first, last].map((index) => toX(since + (index + 0.5) * stepMs, frame).toFixed(1))
    path += `${linePath(part, since, stepMs, top, frame, height)}L${right} ${height}L${left} ${height}Z`
  }
  return path
}

/** Steps next to each other for which it holds, as first and last. */
export function runsOf(values: Values, holds: (value: number | null, index: number) => boolean): [number, number][] {
  const runs: [number, number][] = []
  values.forEach((value, index) => {
    if (!holds(value, index)) return
    const last = runs.at(-1)
    if (last && last[1] === index - 1) last[1] = index
    else runs.push([index, index])
  })
  return runs
}

/** Stretches in which none of them is known, as epoch ms; the time after the last step that was asked for counts as none. */
export function gapsOf(all: readonly Values[], since: number, stepMs: number): [number, number][] {
  const length = Math.max(0, ...all.map((values) => values.length))
  const known = Array.from({ length }, (_, index) =>
    all.some((values) => (values[index] ?? null) !== null) ? 1 : null,
  )
  return runsOf(known, (value) => value === null).map(([first, last]) => [
    since + first * stepMs,
    since + (last + 1) * stepMs,
  ])
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const steps = [
  second,
  5 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
]

/** Moments to name below a chart: round ones of the local clock, no closer than `apart` px. */
export function ticksOf(frame: Frame, apart = 90): number[] {
  const span = frame.to - frame.from
  const fits = Math.max(1, Math.floor((frame.width - gutter - margin) / apart))
  const step = steps.find((each) => span / each <= fits) ?? Math.ceil(span / fits / day) * day
  const shift = new Date(frame.from).getTimezoneOffset() * minute
  const first = Math.ceil((frame.from - shift) / step) * step + shift
  const ticks: number[] = []
  for (let at = first; at <= frame.to; at += step) ticks.push(at)
  return ticks
}
