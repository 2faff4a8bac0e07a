import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../../../api/client.ts'
import { type Ask, isWhole, saidOf, type Span, spanOf, whichOf } from '../ask.ts'
import { FoundPages } from './found-pages.ts'

const linesAPage = 300
const pagesHeld = 12

export interface Search {
  /** What is shown; that of the search before while a new one is on its way. Null before the first answer. */
  readonly found: FoundPages | null
  readonly isAsking: boolean
  readonly span: Span
  /** Looks anew, up to now. */
  readonly again: () => void
}

/** Searches as the address tells; `isReady` is false while what is typed cannot be asked for. */
export function useFound(ask: Ask, isReady: boolean): Search {
  const [turn, setTurn] = useState(0)
  const key = JSON.stringify(ask)
  // Now is the same for all pages of one search and for its chart.
  const span = useMemo(() => spanOf(ask, Date.now()), [key, turn])
  const [found, setFound] = useState<FoundPages | null>(null)
  const [isAsking, setAsking] = useState(true)
  useEffect(() => {
    if (!isReady) return undefined
    const { order } = ask
    const input = { ...saidOf(ask), ...whichOf(ask, span), order, limit: linesAPage }
    const pages = new FoundPages({
      load: (cursor, signal) => client.logHistory.search({ ...input, ...(cursor ? { cursor } : {}) }, { signal }),
      order,
      folds: isWhole(ask),
      held: pagesHeld,
    })
    let isOver = false
    setAsking(true)
    void pages.more().then(() => {
      if (isOver) return
      setFound(pages)
      setAsking(false)
    })
    return () => {
      isOver = true
      pages.close()
    }
  }, [key, turn, isReady])
  return { found, isAsking, span, again: () => setTurn((n) => n + 1) }
}
