import { Fragment, type ReactNode, useId } from 'react'

interface Props {
  readonly title: string
  /** Right after the title, such as where in it one is. */
  readonly beside?: ReactNode
  readonly meta?: ReactNode
  readonly actions?: ReactNode
  /** Columns of twelve. */
  readonly span?: number
  /** Rows go edge to edge, text does not. */
  readonly flush?: boolean
  readonly foot?: ReactNode
  readonly children?: ReactNode
}

export function Panel({ title, beside, meta, actions, span = 12, flush = false, foot, children }: Props) {
  const id = useId()
  return (
    <section className="panel flex flex-col" style={{ gridColumn: `span ${span}` }} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {beside && <span className="beside meta">{beside}</span>}
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
              <dt>{breakable(row[0])}</dt>
              <dd>{row[1] ?? '–'}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** Labels such as com.docker.compose.project break at their dots, not within a word. */
const breakable = (text: string): ReactNode =>
  text.split(/(?<=[./_-])/).map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never change places
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ))
