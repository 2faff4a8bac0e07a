import { paths } from '../paths.ts'
import { Go } from '../ui/control/link.tsx'
import { Empty } from '../ui/page/told.tsx'
import { PageHead } from '../ui/page/head.tsx'

export function NoPage() {
  return (
    <>
      <PageHead title="No such page" />
      <Empty
        title="Nothing lives at this address."
        action={
          <Go className="btn btn-primary" href={paths.overview()}>
            Open overview
          </Go>
        }
      >
        The link may be old, or a name in it has changed. The search (Ctrl K) finds things by their present names.
      </Empty>
    </>
  )
}
