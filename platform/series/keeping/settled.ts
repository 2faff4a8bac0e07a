import type { Window } from './chunk-keeper.ts'

/** A window is whole at so many points, or when it spans the time of so many steps. */
export const wholePoints = 360
/** So many small ones are packed even where they are no whole together: many starts leave one each. */
const mostSmall = 32

export const spanMs = (tierMs: number): number => tierMs * wholePoints

const isWhole = (windows: readonly Window[], tierMs: number): boolean => {
  const points = windows.reduce((sum, window) => sum + window.points, 0)
  const from = Math.min(...windows.map((window) => window.from))
  const to = Math.max(...windows.map((window) => window.to))
  return points >= wholePoints || to - from >= spanMs(tierMs) - tierMs
}

/** Whether what came later goes on from what came before: no long silence, and no change of the clock, is between them. */
const goesOn = (before: Window, after: Window, tierMs: number): boolean =>
  Math.abs(after.from - before.to) <= spanMs(tierMs) && after.to - before.from <= 2 * spanMs(tierMs)

export interface Settled {
  /** Windows next to each other that are to become one. */
  readonly toPack: readonly (readonly Window[])[]
  /** Windows that stay as they are and can be rolled up, oldest first, up to the first one that is to be packed. */
  readonly settled: readonly Window[]
}

/** Decides over the windows of a tier, which must be in the order their points came. What has been rolled up by now, up to a number, is left alone. */
export function settledOf(windows: readonly Window[], tierMs: number, rolledTo: number): Settled {
  const groups: { windows: Window[]; isClosed: boolean }[] = []
  for (const window of windows) {
    if (window.seqTo <= rolledTo) continue
    const open = groups.at(-1)
    const last = open?.windows.at(-1)
    const isAlone = isWhole([window], tierMs)
    if (open && last && !open.isClosed && !isAlone && goesOn(last, window, tierMs)) open.windows.push(window)
    else {
      if (open) open.isClosed = true
      groups.push({ windows: [window], isClosed: isAlone })
    }
    const group = groups.at(-1)!
    if (isWhole(group.windows, tierMs) || group.windows.length >= mostSmall) group.isClosed = true
  }
  const settled: Window[] = []
  for (const { windows, isClosed } of groups) {
    if (!isClosed || windows.length > 1) break
    settled.push(...windows)
  }
  const toPack = groups.filter(({ windows, isClosed }) => isClosed && windows.length > 1).map(({ windows }) => windows)
  return { toPack, settled }
}
