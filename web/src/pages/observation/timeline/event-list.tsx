import { useInfiniteQuery } from '@tanstack/react-query'
import type { Event } from '@wheelhouse/contract'
import { useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { events } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { EventLine } from './event-line.tsx'

interface Filter {
  readonly q?: string
  readonly type?: string
  readonly target?: string
  readonly service?: string
  readonly stack?: string
  readonly severity?: string
}

interface Props {
  readonly filter: Filter
  /** The same filter for what is pushed. */
  readonly keep: (event: Event) => boolean
  readonly empty: string
  /** Shows the type of each, where there is room for it. */
  readonly typed?: boolean
}

/** What happened, newest first; new ones come in at the top, older ones by the page. */
export function EventList({ filter, keep, empty, typed = false }: Props) {
  const pushed = useRows(events)
  const [opened] = useState(() => new Date().toISOString())
  const pages = useInfiniteQuery({
    queryKey: keys.timeline(filter),
    queryFn: ({ pageParam }) =>
      client.timeline.list({ ...filter, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    staleTime: 30_000,
  })
  const rows = useMemo(() => {
    const stored = pages.data?.pages.flatMap((page) => page.items) ?? []
    const known = new Set(stored.map((event) => event.id))
    const newest = stored[0]?.at ?? opened
    const fresh = pushed.filter((event) => !known.has(event.id) && event.at >= newest && keep(event)).toReversed()
    return [...fresh, ...stored]
  }, [pages.data, pushed, keep, opened])
  if (pages.error)
    return (
      <div className="p-3">
        <TroubleBox trouble={wordsFor(pages.error)} retry={() => void pages.refetch()} />
      </div>
    )
  if (pages.isPending) return <Skeleton />
  if (rows.length === 0) return <Empty title={empty} />
  return (
    <div>
      {rows.map((event) => (
        <EventLine key={event.id} event={event} full typed={typed} />
      ))}
      {pages.hasNextPage && (
        <div className="p-3 text-center">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </div>
  )
}
