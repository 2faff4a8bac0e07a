import { useMemo } from 'react'
import type { Level, LogRing } from '../../../../ui/log/ring.ts'

/** How many lines of each level the page holds; one that tells none counts as info. */
export function useLevelCounts(ring: LogRing, version: number): ReadonlyMap<Level, number> {
  // Counting 100,000 lines each frame would cost more than drawing them: it is done every 30th time.
  const turn = Math.floor(version / 30)
  return useMemo(() => {
    const found = new Map<Level, number>()
    for (let n = ring.first; n < ring.next; n++) {
      const level = ring.levelOf(n) ?? 'info'
      found.set(level, (found.get(level) ?? 0) + 1)
    }
    return found
  }, [ring, turn, version < 30 ? version : 0])
}
