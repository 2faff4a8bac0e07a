import { type MouseEvent, type ReactNode, type Ref, useEffect, useImperativeHandle, useLayoutEffect } from 'react'
import { useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useKeys } from '../../../../../ui/control/keys.ts'
import { usePhone } from '../../../../../ui/list/use-media.ts'
import { FoundLine } from './found-line.tsx'
import type { FoundPages } from './found-pages.ts'
import { at, type FoundRow, Layouts, lineHeight } from './row-layout.ts'

const characterWidth = 7.2
/** Pixels of a line that are not its text: rail, time, level, service, gaps. */
const beforeText = { wide: 304, narrow: 26 }
const noRows: readonly FoundRow[] = []

export interface Walk {
  /** To the next hit (1) or the one before (-1). */
  step: (by: 1 | -1) => void
}
interface Props {
  readonly found: FoundPages
  readonly marks: RegExp | null
  readonly wrap: boolean
  /** Position of the line that is open beside the list. */
  readonly chosen: string
  readonly hrefOf: (position: string) => string
  readonly onOpen: (position: string) => void
  readonly walk: Ref<Walk>
  /** Stands below the last line. */
  readonly foot: ReactNode
}

/** What was found, as one list: only the rows in sight are in the page, and only pages near them in memory. */
export function FoundList({ found, marks, wrap, chosen, hrefOf, onOpen, walk, foot }: Props) {
  useSyncExternalStore(found.subscribe, found.version)
  const box = useRef<HTMLDivElement>(null)
  const isNarrow = usePhone()
  const [size, setSize] = useState({ columns: 100, height: 600 })
  const [y, setY] = useState(0)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [cursor, setCursor] = useState<{ page: number; position: string } | null>(null)
  const shape = useMemo(
    () => ({ columns: wrap ? size.columns : 0, isNarrow, open }),
    [wrap, wrap ? size.columns : 0, isNarrow, open],
  )
  const layouts = useMemo(() => new Layouts(), [found])
  layouts.update(found.pages, shape)
  const { total } = layouts

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const measure = (): void => {
      const used = isNarrow ? beforeText.narrow : beforeText.wide
      const columns = Math.max(20, Math.floor((element.clientWidth - used) / characterWidth))
      setSize({ columns, height: element.clientHeight })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [isNarrow])

  // A new search begins at its first line.
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0
    setY(0)
    setCursor(null)
    setOpen(new Set())
  }, [found])

  // The first row in sight stays where it is while pages above it change their height.
  const anchor = useRef<{ page: number; key: string; dy: number } | null>(null)
  useLayoutEffect(() => {
    const element = box.current
    const held = anchor.current
    if (!element || !held) return
    const layout = layouts.page(held.page)
    const row = layout?.rows?.findIndex(({ key }) => key === held.key) ?? -1
    const top = (layouts.tops[held.page] ?? 0) + (layout?.tops[row] ?? 0) + held.dy
    if (row >= 0 && Math.abs(top - element.scrollTop) >= 1) element.scrollTop = top
  }, [total, shape])

  const firstPage = layouts.pageAt(y)
  const lastPage = layouts.pageAt(y + size.height)
  useEffect(() => {
    found.look(firstPage, lastPage)
    const isNearEnd = y + size.height * 2.5 > total
    if (isNearEnd && layouts.count > 0 && found.error === null) void found.more()
  }, [found, firstPage, lastPage, y, size.height, total])

  const onScroll = (): void => {
    const element = box.current
    if (!element) return
    const top = element.scrollTop
    setY(top)
    const page = layouts.pageAt(top)
    const layout = layouts.page(page)
    const inside = top - (layouts.tops[page] ?? 0)
    const row = at(layout?.tops ?? [], inside)
    const key = layout?.rows?.[row]?.key
    anchor.current = key === undefined ? null : { page, key, dy: inside - (layout?.tops[row] ?? 0) }
  }

  const toggle = (position: string): void =>
    setOpen((old) => {
      const next = new Set(old)
      if (!next.delete(position)) next.add(position)
      return next
    })
  const onClick = (event: MouseEvent<HTMLDivElement>): void => {
    const target = event.target as HTMLElement
    const fold = target.closest<HTMLElement>('[data-fold]')?.dataset.fold
    if (fold !== undefined) return toggle(fold)
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return undefined
    const position = target.closest<HTMLElement>('[data-position]')?.dataset.position
    // What was marked with the pointer is to be copied, not opened.
    if (position === undefined || !(window.getSelection()?.isCollapsed ?? true)) return undefined
    event.preventDefault()
    for (let page = firstPage; page <= lastPage; page++)
      if (layouts.page(page)?.rows?.some(({ key }) => key === position)) setCursor({ page, position })
    onOpen(position)
    return undefined
  }

  /** Rows that can be walked: first lines only. */
  const stops = (page: number): { row: FoundRow; top: number }[] => {
    const layout = layouts.page(page)
    return (layout?.rows ?? [])
      .map((row, i) => ({ row, top: (layouts.tops[page] ?? 0) + (layout?.tops[i] ?? 0) }))
      .filter(({ row }) => row.kind === 'line')
  }
  const goTo = (page: number, { row, top }: { row: FoundRow; top: number }): void => {
    const element = box.current
    setCursor({ page, position: row.key })
    if (chosen !== '') onOpen(row.key)
    if (!element) return
    if (top < element.scrollTop + lineHeight) element.scrollTop = top - 2 * lineHeight
    else if (top + row.height > element.scrollTop + element.clientHeight - lineHeight)
      element.scrollTop = top + row.height - element.clientHeight + 2 * lineHeight
  }
  const step = (by: 1 | -1, fits: (row: FoundRow) => boolean = () => true): void => {
    const from = cursor ?? null
    const known = from !== null && layouts.page(from.page)?.rows?.some(({ key }) => key === from.position)
    let page = known ? from.page : firstPage
    let some = stops(page)
    let index = known
      ? some.findIndex(({ row }) => row.key === from.position) + by
      : Math.max(
          0,
          some.findIndex(({ top }) => top >= y),
        )
    while (page >= 0 && page < layouts.count) {
      for (; index >= 0 && index < some.length; index += by) {
        const stop = some[index]
        if (stop && fits(stop.row)) return goTo(page, stop)
      }
      page += by
      some = stops(page)
      index = by > 0 ? 0 : some.length - 1
    }
    return undefined
  }
  useImperativeHandle(walk, () => ({ step }))
  const isError = (row: FoundRow): boolean => row.kind === 'line' && /^(error|fatal)$/.test(row.line.level ?? '')
  useKeys('Log lines', [
    { keys: 'j', label: 'Next line', run: () => step(1) },
    { keys: 'arrowdown', label: 'Next line', run: () => step(1) },
    { keys: 'k', label: 'Line before', run: () => step(-1) },
    { keys: 'arrowup', label: 'Line before', run: () => step(-1) },
    { keys: 'e', label: 'Next error', run: () => step(1, isError) },
    { keys: 'shift+e', label: 'Error before', run: () => step(-1, isError) },
    { keys: 'enter', label: 'Open the line', run: () => cursor && onOpen(cursor.position) },
    { keys: 'f', label: 'Fold or unfold its trace', run: () => cursor && toggle(cursor.position) },
  ])

  const shown: ReactNode[] = []
  for (let page = firstPage; page <= lastPage; page++) {
    const layout = layouts.page(page)
    const top = layouts.tops[page] ?? 0
    const rows = layout?.rows ?? noRows
    const start = Math.max(0, at(layout?.tops ?? [], y - top) - 12)
    const end = Math.min(rows.length, at(layout?.tops ?? [], y + size.height - top) + 14)
    shown.push(
      <div
        key={page}
        className={layout?.rows === null ? 'found-page skeleton-lines' : 'found-page'}
        style={{ top: top + (layout?.tops[start] ?? 0), height: layout?.rows === null ? layout.height : undefined }}
        aria-busy={layout?.rows === null}
      >
        {rows.slice(start, end).map((row) =>
          row.kind === 'day' || row.kind === 'gap' ? (
            <div key={row.key} className={row.kind === 'gap' ? 'log-break gap' : 'log-break'}>
              <span className="cut" title={row.kind === 'gap' ? row.words : undefined}>
                {row.kind === 'day' ? row.day : row.words}
              </span>
            </div>
          ) : (
            <FoundLine
              key={row.key}
              line={row.line}
              marks={marks}
              href={hrefOf(row.line.position)}
              beneath={row.kind === 'beneath'}
              folded={row.folded}
              isOpen={row.folded > 0 && open.has(row.key)}
              isCursor={cursor?.position === row.key}
              isChosen={chosen === row.key}
              height={row.height}
            />
          ),
        )}
      </div>,
    )
  }
  return (
    // oxlint-disable-next-line jsx_a11y/click-events-have-key-events jsx_a11y/no-noninteractive-element-interactions -- J, K and Enter do it
    <div
      ref={box}
      className={`log found-list ${wrap ? 'wrap' : ''}`}
      onScroll={onScroll}
      onClick={onClick}
      role="log"
      aria-live="off"
      aria-label="Lines found"
      // oxlint-disable-next-line jsx_a11y/no-noninteractive-tabindex -- a scroll area must be reachable by key
      tabIndex={0}
    >
      <div style={{ height: total, position: 'relative' }}>{shown}</div>
      {foot}
    </div>
  )
}
