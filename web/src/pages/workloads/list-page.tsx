import type { ReactNode } from 'react'
import { wordsFor } from '../../api/trouble.ts'
import { Button } from '../../ui/control/button.tsx'
import { PageHead } from '../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../ui/page/told.tsx'

interface Props {
  readonly title: string
  readonly meta?: ReactNode
  readonly actions?: ReactNode
  /** What is to be known of the list as a whole, above its filters. */
  readonly told?: ReactNode
  /** Filters, above the rows. */
  readonly toolbar: ReactNode
  /** The rows as they were asked for. */
  readonly asked: {
    readonly data: readonly unknown[] | undefined
    readonly error: unknown
    readonly isPending: boolean
    readonly refetch: () => unknown
  }
  /** What is said where there are none, and the one next act. */
  readonly none: { readonly title: string; readonly why: string; readonly act?: ReactNode }
  /** Not null while filters may hide some. */
  readonly filtered: { readonly title: string; readonly clear: () => void } | null
  /** Stands in place of the rows, such as a map. */
  readonly instead?: ReactNode
  /** The rows. */
  readonly children: ReactNode
}

/** A page of one list of all engines: head, filters, and the rows or why there are none. */
export function ListPage({ title, meta, actions, told, toolbar, asked, none, filtered, instead, children }: Props) {
  return (
    <>
      <PageHead title={title} meta={meta} actions={actions} />
      {told}
      <div className="toolbar">{toolbar}</div>
      {asked.error !== null && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {instead ??
        (asked.isPending ? (
          <Skeleton />
        ) : asked.data?.length !== 0 ? (
          asked.data && children
        ) : filtered ? (
          <Empty title={filtered.title} action={<Button onClick={filtered.clear}>Clear filters</Button>}>
            The filters hide the others.
          </Empty>
        ) : (
          <Empty title={none.title} action={none.act}>
            {none.why}
          </Empty>
        ))}
    </>
  )
}
