import { useCallback, useMemo, useRef, useState } from 'react'

interface Selection {
  readonly ids: ReadonlySet<string>
  readonly toggle: (id: string, range: boolean) => void
  readonly set: (ids: readonly string[]) => void
}

/** What is selected out of `order`; a range runs from the last one touched. */
export function useSelection(order: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string | null>(null)
  const latest = useRef(order)
  latest.current = order
  const toggle = useCallback((id: string, range: boolean) => {
    const from = last.current === null ? -1 : latest.current.indexOf(last.current)
    const to = latest.current.indexOf(id)
    last.current = id
    setIds((old) => {
      const next = new Set(old)
      if (range && from >= 0 && to >= 0) {
        for (const each of latest.current.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each)
      } else if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const set = useCallback((many: readonly string[]) => setIds(new Set(many)), [])
  return useMemo(() => ({ ids, toggle, set }), [ids, toggle, set])
}
