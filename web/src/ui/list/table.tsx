import { isValidElement, type ReactNode } from 'react'
import { Go } from '../control/link.tsx'
import { usePhone } from './use-media.ts'

export interface Column<T> {
  readonly key: string
  readonly label: string
  /** Grid track, never `auto`: columns must align. */
  readonly width: string
  readonly num?: boolean
  /** Where it goes in the two-line card of a phone; `meta` unless told. */
  readonly phone?: 'title' | 'side' | 'meta' | 'hide' | 'line'
  readonly render: (row: T) => ReactNode
}

interface Props<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  /** Null: this row leads nowhere. */
  readonly hrefOf?: (row: T) => string | null
  readonly onOpen?: (row: T) => void
  readonly stale?: (row: T) => boolean
  /** Row menu or buttons, at the end. */
  readonly acts?: (row: T) => ReactNode
  /** Width of that last column; that of one icon unless told. */
  readonly actsWidth?: string
  readonly below?: (row: T) => ReactNode
}

const isDash = (content: ReactNode): boolean =>
  content === '–' ||
  (isValidElement<{ children?: ReactNode }>(content) && content.type === 'span' && content.props.children === '–')

/** A short list: fixed columns on a wide screen, two-line cards on a phone. */
export function Table<T>({
  label,
  columns,
  rows,
  keyOf,
  hrefOf,
  onOpen,
  stale,
  acts,
  actsWidth = '28px',
  below,
}: Props<T>) {
  const phone = usePhone()
  const cols = [...columns.map((column) => column.width), ...(acts ? [actsWidth] : [])].join(' ')
  const open = (row: T, inner: ReactNode): ReactNode => {
    const href = hrefOf?.(row)
    if (href)
      return (
        <Go href={href} className="name cut block">
          {inner}
        </Go>
      )
    if (onOpen)
      return (
        <button type="button" className="name cut block max-w-full text-left" onClick={() => onOpen(row)}>
          {inner}
        </button>
      )
    return <span className="name cut block">{inner}</span>
  }
  if (phone) {
    const at = (row: T, spot: string): ReactNode[] =>
      columns
        .filter((c) => (c.phone ?? 'meta') === spot)
        .map((c) => ({ key: c.key, content: c.render(row) }))
        // Below no heading a dash tells nothing.
        .filter(({ content }) => spot === 'title' || !isDash(content))
        .map(({ key, content }) => (
          <span
            key={key}
            className={spot === 'line' ? 'min-w-0' : spot === 'title' ? 'flex items-center gap-2 min-w-0' : 'cut'}
          >
            {content}
          </span>
        ))
    return (
      <div role="table" aria-label={label}>
        {rows.map((row) => (
          <div key={keyOf(row)}>
            <div role="row" className={`tr card ${stale?.(row) ? 'stale' : ''}`}>
              <div role="cell" className="flex items-center gap-2">
                <span className="min-w-0 grow">
                  {open(row, <span className="flex items-center gap-2">{at(row, 'title')}</span>)}
                </span>
                <span className="meta shrink-0">{at(row, 'side')}</span>
                {acts?.(row)}
              </div>
              <div role="cell" className="meta flex flex-wrap gap-x-3">
                {at(row, 'meta')}
              </div>
              <div role="cell" className="text-meta">
                {at(row, 'line')}
              </div>
            </div>
            {below?.(row)}
          </div>
        ))}
      </div>
    )
  }
  return (
    <div role="table" aria-label={label} style={{ '--cols': cols } as React.CSSProperties}>
      <div role="row" className="tr th">
        {columns.map((column) => (
          <span key={column.key} role="columnheader" className={`cut ${column.num ? 'num' : ''}`}>
            {column.label}
          </span>
        ))}
        {acts && (
          <span role="columnheader">
            <span className="vh">Actions</span>
          </span>
        )}
      </div>
      {rows.map((row) => (
        <div key={keyOf(row)}>
          <div role="row" className={`tr ${stale?.(row) ? 'stale' : ''}`}>
            {columns.map((column, i) => (
              <span key={column.key} role="cell" className={column.num ? 'num' : 'cut'}>
                {i === 0
                  ? open(row, <span className="flex items-center gap-2 min-w-0">{column.render(row)}</span>)
                  : column.render(row)}
              </span>
            ))}
            {acts && (
              <span role="cell" className="flex justify-end gap-1">
                {acts(row)}
              </span>
            )}
          </div>
          {below?.(row)}
        </div>
      ))}
    </div>
  )
}
