import { type ReactNode, useId } from 'react'

interface Props {
  readonly title: string
  readonly meta?: ReactNode
  readonly actions?: ReactNode
  /** Columns of twelve. */
  readonly span?: number
  /** Rows go edge to edge, text does not. */
  readonly flush?: boolean
  readonly foot?: ReactNode
  readonly children?: ReactNode
}

export function Panel({ title, meta, actions, span = 12, flush = false, foot, children }: Props) {
  const id = useId()
  return (
    <section className="panel flex flex-col" style={{ gridColumn: `span ${span}` }} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {meta && <span className="meta cut">{meta}</span>}
        {actions && <span className={meta ? 'flex gap-2' : 'ml-auto flex gap-2'}>{actions}</span>}
      </div>
      <div className={flush ? 'grow' : 'panel-body grow'}>{children}</div>
      {foot && <div className="panel-foot">{foot}</div>}
    </section>
  )
}

export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className="kv">
      {rows.map(
        (row) =>
          row && (
            <div key={row[0]} className="contents">
              <dt>{row[0]}</dt>
              <dd>{row[1] ?? '–'}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
