import type { ReactNode } from 'react'
import { Glyph, type GlyphState } from './glyph.tsx'

/** The one pill of a page head: glyph, word and how long. */
export function Badge({ state, children }: { state: GlyphState; children: ReactNode }) {
  return (
    <span className={`badge b-${state}`}>
      <Glyph state={state} />
      {children}
    </span>
  )
}

export function Tag({ children, title }: { children: ReactNode; title?: string }) {
  return (
    <span className="tag" title={title}>
      <span className="cut">{children}</span>
    </span>
  )
}
