import { wordsFor } from '../api/trouble.ts'
import { Go } from '../ui/control/link.tsx'
import { type Crumb, PageHead } from '../ui/page/head.tsx'
import { Skeleton, TroubleBox } from '../ui/page/told.tsx'

interface Props {
  readonly title: string
  readonly crumbs: readonly Crumb[]
  readonly asked: { readonly error: Error | null; refetch(): unknown }
  /** Where to go when the thing cannot be shown. */
  readonly wayOut: { readonly label: string; readonly href: string }
}

/** A page about one thing while that thing is on its way, or when it does not come. */
export function Unready({ title, crumbs, asked, wayOut }: Props) {
  return (
    <>
      <PageHead title={title} crumbs={crumbs} />
      {asked.error ? (
        <div className="page">
          <TroubleBox
            trouble={wordsFor(asked.error)}
            retry={() => void asked.refetch()}
            action={
              <Go className="btn" href={wayOut.href}>
                {wayOut.label}
              </Go>
            }
          />
        </div>
      ) : (
        <Skeleton />
      )}
    </>
  )
}
