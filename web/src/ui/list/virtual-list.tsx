import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'

interface Props<T> {
  readonly label: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  readonly heightOf: (item: T) => number
  readonly render: (item: T, index: number) => ReactNode
  readonly head?: ReactNode
  readonly empty?: ReactNode
  /** Kept in sight when it changes. */
  readonly cursor?: number
  /** Called near the end of the list. */
  readonly onEnd?: () => void
  /** Changes when the heights do. */
  readonly layout?: string
}

/** Only the rows in sight are in the page; 5,000 rows scroll as 40. */
export function VirtualList<T>({
  label,
  items,
  keyOf,
  heightOf,
  render,
  head,
  empty,
  cursor,
  onEnd,
  layout,
}: Props<T>) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => heightOf(items[i] as T),
    getItemKey: (i) => keyOf(items[i] as T),
    overscan: 8,
    scrollPaddingStart: 34,
  })
  useEffect(() => rows.measure(), [rows, layout])
  useEffect(() => {
    if (cursor !== undefined && cursor >= 0) rows.scrollToIndex(cursor, { align: 'auto' })
  }, [rows, cursor])
  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (onEnd && items.length > 0 && lastShown >= items.length - 8) onEnd()
  }, [onEnd, lastShown, items.length])
  // A grid must have rows: with nothing but words about why, it is none.
  const grid =
    items.length > 0 || head ? ({ role: 'grid', 'aria-label': label, 'aria-rowcount': items.length } as const) : {}
  return (
    <div ref={box} className="list" {...grid} tabIndex={-1}>
      {head}
      {items.length === 0 ? (
        empty
      ) : (
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {shown.map((row) => (
            <div
              key={row.key}
              role="presentation"
              style={{
                position: 'absolute',
                insetInline: 0,
                top: 0,
                height: row.size,
                transform: `translateY(${row.start}px)`,
              }}
            >
              {render(items[row.index] as T, row.index)}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
