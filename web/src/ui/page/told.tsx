import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '../control/button.tsx'
import { copyText } from '../control/copy.tsx'
import { Glyph } from '../state/glyph.tsx'

/** Nothing here: why, and the one next act. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="text-ink font-medium">{title}</p>
      {children && <p className="text-ink-3">{children}</p>}
      {action && <div className="flex flex-wrap justify-center gap-2 pt-3">{action}</div>}
    </div>
  )
}

export interface Trouble {
  readonly what: string
  readonly code: string
  readonly requestId: string | null
}

/** What went wrong, why, the way out, and what to tell someone who helps. */
export function TroubleBox({
  trouble,
  retry,
  action,
}: {
  trouble: Trouble
  retry?: (() => void) | undefined
  action?: ReactNode
}) {
  const told = trouble.requestId ? `${trouble.code}, request ${trouble.requestId}` : trouble.code
  return (
    <div className="strip boxed" role="alert">
      <Glyph state="failed" />
      <div className="min-w-0">
        <p className="text-ink break-words">{trouble.what}</p>
        <p className="meta flex flex-wrap items-center gap-x-3 pt-1">
          <span className="mono break-all">{told}</span>
          <button
            type="button"
            className="link"
            onClick={() => void copyText(`${trouble.what}\n${told}\n${new Date().toISOString()}`)}
          >
            Copy details
          </button>
        </p>
        {(retry || action) && (
          <div className="flex gap-2 pt-2">
            {retry && <Button onClick={retry}>Try again</Button>}
            {action}
          </div>
        )}
      </div>
    </div>
  )
}

/** Old data, and why. Hatched, because we do not know. */
export function StaleStrip({ children, retry }: { children: ReactNode; retry?: () => void }) {
  return (
    <div className="strip hatch" role="status">
      <Glyph state="unknown" />
      <span className="grow text-ink-2">{children}</span>
      {retry && <Button onClick={retry}>Try now</Button>}
    </div>
  )
}

/** Rows in the real shape of what comes, after 150 ms. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return <div aria-busy="true" />
  return (
    <div aria-busy="true" aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, i) => `row-${i}`).map((key, i) => (
        <div
          key={key}
          className="flex items-center gap-3 border-b border-line px-(--gutter)"
          style={{ height: 'var(--row)' }}
        >
          <span className="skeleton w-3" />
          <span className="skeleton" style={{ width: `${90 + ((i * 37) % 70)}px` }} />
          <span className="skeleton w-20" />
          <span className="skeleton ml-auto w-12" />
        </div>
      ))}
    </div>
  )
}
