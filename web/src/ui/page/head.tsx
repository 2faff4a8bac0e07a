import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { Go } from '../control/link.tsx'

export interface Crumb {
  readonly label: string
  readonly href: string
}
interface Props {
  readonly title: string
  /** What the browser tab says; the title unless told. */
  readonly tab?: string
  readonly crumbs?: readonly Crumb[]
  readonly badge?: ReactNode
  readonly meta?: ReactNode
  readonly actions?: ReactNode
}

/** Crumb, the one h1, badge and meta on a line, actions right. */
export function PageHead({ title, tab = title, crumbs = [], badge, meta, actions }: Props) {
  useEffect(() => {
    document.title = `${tab} · Wheelhouse`
  }, [tab])
  return (
    <header className="page-head">
      {crumbs.length > 0 && (
        <nav className="crumb" aria-label="Breadcrumb">
          {crumbs.map((crumb, i) => (
            <span key={crumb.href} className="flex items-center gap-1.5 min-w-0">
              {i > 0 && <ChevronRight className="size-3" aria-hidden />}
              <Go href={crumb.href} className="cut">
                {crumb.label}
              </Go>
            </span>
          ))}
        </nav>
      )}
      <div className="line">
        <h1>{title}</h1>
        {badge}
        {meta && <span className="meta min-w-0">{meta}</span>}
        {actions && <div className="acts">{actions}</div>}
      </div>
    </header>
  )
}
