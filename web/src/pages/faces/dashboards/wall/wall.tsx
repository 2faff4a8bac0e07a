import { useQuery } from '@tanstack/react-query'
import type { Dashboard } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { useKeys } from '../../../../ui/control/keys.ts'
import { useGo } from '../../../../ui/control/link.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { clock } from '../../../../ui/format/age.ts'
import { span } from '../../../../ui/format/span.ts'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useNow } from '../../../../ui/state/use-now.ts'
import { heightOf, readingOrder } from '../grid/layout.ts'
import { byId } from '../use-board.ts'
import { titleOf } from '../widgets/names.ts'
import { WidgetBody } from '../widgets/widget-view.tsx'
import { boardsOf, everyOf, shownAt, typeScale } from './rotation.ts'

const refreshMs = 10_000
const boardMs = 60_000
const oldMs = 30_000
/** What is not answered is asked for again for as long as the wall hangs. */
const patient = { retry: false, refetchIntervalInBackground: true } as const

/** Boards for a screen on a wall: one after the other, large, without anything to press or to scroll. */
export function Wall() {
  const go = useGo()
  const now = useNow()
  const [began, setBegan] = useState(() => Date.now())
  const [paused, setPaused] = useState<number | null>(null)
  const [listed] = useParam('boards')
  const [every] = useParam('every', '30')
  const scale = useTypeScale()
  const boards = boardsOf(listed)
  const everyMs = everyOf(every)
  const index = paused ?? shownAt(now - began, everyMs, boards.length)
  const id = boards[index] ?? ''
  const turn = (by: number): void => {
    const next = (index + by + boards.length) % Math.max(1, boards.length)
    if (paused === null) setBegan(Date.now() - next * everyMs)
    else setPaused(next)
  }
  useWake()
  useKeys('Wall', [
    { keys: 'escape', label: 'Leave the wall', run: () => go(id ? paths.dashboard(id) : paths.dashboards()) },
    { keys: 'space', label: 'Stop or go on', run: () => setPaused(paused === null ? index : null) },
    { keys: 'arrowright', label: 'Next board', run: () => turn(1) },
    { keys: 'arrowleft', label: 'The board before', run: () => turn(-1) },
    { keys: 'f', label: 'Full screen', run: () => void toggleFullScreen() },
  ])
  const board = useQuery({
    ...patient,
    queryKey: keys.dashboard(id),
    queryFn: () => client.dashboards.get({ id }),
    refetchInterval: ({ state }) => (state.error === null ? boardMs : refreshMs),
    enabled: id !== '',
  })
  return (
    <main className="tv" style={{ '--tv': scale } as React.CSSProperties} aria-label="Wall">
      {id === '' ? (
        <p className="text-ink">No board is named. Open a dashboard and show it on a wall.</p>
      ) : board.data ? (
        <Shown
          key={id}
          board={board.data}
          place={boards.length > 1 ? `${index + 1} of ${boards.length}${paused === null ? '' : ', stopped'}` : ''}
        />
      ) : (
        <p className="flex items-center gap-3 text-ink">
          {board.error !== null && <Glyph state="unknown" />}
          {board.error === null ? '' : `${wordsFor(board.error).what} It is tried again by itself.`}
        </p>
      )}
    </main>
  )
}

function Shown({ board, place }: { board: Dashboard; place: string }) {
  const now = useNow()
  const asked = useQuery({
    ...patient,
    queryKey: keys.boardData(board.id, 'wall'),
    queryFn: () => client.dashboards.data({ id: board.id }),
    refetchInterval: refreshMs,
    staleTime: 0,
  })
  const data = byId(asked.data?.widgets)
  const age = asked.dataUpdatedAt === 0 ? 0 : now - asked.dataUpdatedAt
  return (
    <>
      <header className="tv-head">
        <h1 className="cut">{board.name}</h1>
        {age > oldMs && (
          <span className="flex items-center gap-2 t-degraded" role="status">
            <Glyph state="unknown" /> {span(age)} old; it is tried again by itself
          </span>
        )}
        <span className="meta ml-auto">{place}</span>
        <span className="text-ink">{clock(now).slice(0, 5)}</span>
      </header>
      <div className="board whole" style={{ gridTemplateRows: `repeat(${heightOf(board.widgets)}, minmax(0, 1fr))` }}>
        {readingOrder(board.widgets).map((widget) => {
          const { x, y, w, h } = widget.place
          const title = titleOf(widget)
          return (
            <section
              key={widget.id}
              className={`widget ${age > oldMs ? 'hatch' : ''}`}
              style={{ gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` }}
              aria-label={title || 'Text'}
            >
              {title !== '' && (
                <div className="widget-head">
                  <h2 className="cut">{title}</h2>
                </div>
              )}
              <WidgetBody wall widget={widget} data={data.get(widget.id)} />
            </section>
          )
        })}
      </div>
    </>
  )
}

function useTypeScale(): number {
  const [scale, setScale] = useState(() => typeScale(window.innerHeight))
  useEffect(() => {
    const measure = (): void => setScale(typeScale(window.innerHeight))
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  return scale
}

/** The screen stays on, where the browser lets a page ask for it; asked for anew when it comes back into sight. */
function useWake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null
    let gone = false
    const ask = (): void => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
      navigator.wakeLock.request('screen').then(
        (given) => (gone ? void given.release() : (lock = given)),
        () => undefined,
      )
    }
    ask()
    document.addEventListener('visibilitychange', ask)
    return () => {
      gone = true
      document.removeEventListener('visibilitychange', ask)
      void lock?.release()
    }
  }, [])
}

async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen()
  else await document.documentElement.requestFullscreen().catch(() => undefined)
}
