import type { Widget } from '@wheelhouse/contract'

/** What is being written on a board, with the way back and forth again. */
export interface Draft {
  readonly past: readonly (readonly Widget[])[]
  readonly now: readonly Widget[]
  readonly future: readonly (readonly Widget[])[]
}
const mostSteps = 100

export const begun = (widgets: readonly Widget[]): Draft => ({ past: [], now: widgets, future: [] })

const isSame = (a: readonly Widget[], b: readonly Widget[]): boolean => JSON.stringify(a) === JSON.stringify(b)

/** One step on; none where nothing is different. */
export function stepped(draft: Draft, widgets: readonly Widget[]): Draft {
  if (isSame(draft.now, widgets)) return draft
  return { past: [...draft.past, draft.now].slice(-mostSteps), now: widgets, future: [] }
}
export function undone({ past, now, future }: Draft): Draft {
  const before = past.at(-1)
  return before === undefined
    ? { past, now, future }
    : { past: past.slice(0, -1), now: before, future: [now, ...future] }
}
export function redone({ past, now, future }: Draft): Draft {
  const [next, ...rest] = future
  return next === undefined ? { past, now, future } : { past: [...past, now], now: next, future: rest }
}
