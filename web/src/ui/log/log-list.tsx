import { ChevronDown } from 'lucide-react'
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { count as counted } from '../format/number.ts'
import { plainText } from './ansi.ts'
import { Heights, rowsOf } from './heights.ts'
import { LogLine } from './log-line.tsx'
import type { LogRing } from './ring.ts'
import { type LogFilter, LogView } from './view.ts'

const lineHeight = 20
const characterWidth = 7.2

interface Props {
  readonly ring: LogRing
  /** Changes with every batch of lines. */
  readonly version: number
  /** Changes when the ring was filled anew or got older lines. */
  readonly epoch: number
  /** How many lines the last change of epoch put before the others. */
  readonly prepended: number
  readonly filter: LogFilter
  readonly wrap: boolean
  readonly times: boolean
  /** Names who wrote a line, where several write one log. */
  readonly sourceOf?: ((task: string | null) => string) | undefined
  /** Where the time of a line leads; nowhere unless told. */
  readonly hrefOf?: ((position: string) => string) | undefined
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  readonly top?: ReactNode
  readonly empty: ReactNode
}

/** Shows a window of the lines. Follows the end until someone scrolls up; then nothing jumps and new lines are counted. */
export function LogList({
  ring,
  version,
  epoch,
  prepended,
  filter,
  wrap,
  times,
  sourceOf,
  hrefOf,
  following,
  onFollow,
  top,
  empty,
}: Props) {
  const box = useRef<HTMLDivElement>(null)
  const several = sourceOf !== undefined
  const [columns, setColumns] = useState(120)
  const [scroll, setScroll] = useState({ y: 0, height: 600 })
  const pausedAt = useRef(0)
  const state = useMemo(
    () => ({ view: new LogView(ring, filter), heights: new Heights(), columns: wrap ? columns : 0, epoch }),
    [ring, filter, wrap, columns, epoch],
  )
  const gone = state.heights.shift(state.view.sync())
  for (let place = state.heights.count; place < state.view.count; place++) {
    const line = wrap ? plainText(ring.textOf(state.view.at(place))) : ''
    state.heights.push(wrap ? rowsOf(line.length, state.columns) * lineHeight : lineHeight)
  }
  const total = state.heights.total

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    if (following) element.scrollTop = element.scrollHeight
    else if (gone > 0) element.scrollTop -= gone
  }, [version, following, gone, total])

  // Lines put above must not move what is being read.
  useLayoutEffect(() => {
    const element = box.current
    if (!element || prepended === 0) return
    let rows = 0
    while (rows < state.view.count && state.view.at(rows) < ring.first + prepended) rows++
    element.scrollTop += state.heights.top(rows)
    // Only the change of epoch itself moves the page.
  }, [epoch])

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const measure = (): void => {
      const used = (times ? 190 : 90) + (several ? 12 * characterWidth + 10 : 0)
      setColumns(Math.max(20, Math.floor((element.clientWidth - used) / characterWidth)))
      setScroll((old) => ({ ...old, height: element.clientHeight }))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [times, several])

  /** Meant by a person, before the page scrolls: while lines pour in, a scroll position alone would be overrun. */
  const leave = (): void => {
    if (!following) return
    pausedAt.current = ring.came
    onFollow(false)
  }
  const onScroll = (): void => {
    const element = box.current
    if (!element) return
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 8
    if (following && !atEnd && element.scrollTop < scroll.y - 2) leave()
    else if (!following && atEnd && element.scrollTop > scroll.y) onFollow(true)
    setScroll({ y: element.scrollTop, height: element.clientHeight })
  }
  useEffect(() => {
    if (!following) pausedAt.current = ring.came
  }, [following, ring])

  const from = following ? Math.max(0, total - scroll.height) : scroll.y
  const start = Math.max(0, state.heights.rowAt(from) - 20)
  const end = Math.min(state.view.count, state.heights.rowAt(from + scroll.height) + 22)
  const rows = []
  for (let place = start; place < end; place++) {
    const number = state.view.at(place)
    const line = ring.get(number)
    if (line)
      rows.push(
        <LogLine
          key={number}
          line={line}
          search={filter.search}
          times={times}
          source={sourceOf?.(line.task)}
          href={line.position === null ? undefined : hrefOf?.(line.position)}
        />,
      )
  }
  const fresh = following ? 0 : ring.came - pausedAt.current
  return (
    <div className="fill relative">
      {/* oxlint-disable-next-line jsx_a11y/no-noninteractive-tabindex -- a scroll area must be reachable by key */}
      <div
        ref={box}
        className={`log ${wrap ? 'wrap' : ''} ${times ? 'times' : ''}`}
        onScroll={onScroll}
        onWheel={(event) => event.deltaY < 0 && leave()}
        onTouchMove={() => leave()}
        onPointerDown={(event) => event.nativeEvent.offsetX > event.currentTarget.clientWidth && leave()}
        onKeyDown={(event) => /^(ArrowUp|PageUp|Home)$/.test(event.key) && leave()}
        role="log"
        aria-live="off"
        aria-label="Log lines"
        tabIndex={0}
      >
        {top}
        {state.view.count === 0 && empty}
        <div style={{ height: total, position: 'relative' }}>
          <div style={{ position: 'absolute', insetInline: 0, top: state.heights.top(start) }}>{rows}</div>
        </div>
      </div>
      {!following && (
        <button type="button" className="btn new-lines" onClick={() => onFollow(true)}>
          {fresh > 0 ? `${counted(fresh)} new ${fresh === 1 ? 'line' : 'lines'}` : 'To the newest'}
          <ChevronDown className="icon-s" aria-hidden />
        </button>
      )}
    </div>
  )
}
