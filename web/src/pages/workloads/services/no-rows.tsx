import { services } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { useSetParams } from '../../../ui/control/use-url.ts'
import { nearest } from '../../../ui/format/near.ts'
import { plural } from '../../../ui/format/number.ts'
import { Empty } from '../../../ui/page/told.tsx'
import type { Filter } from './filter.ts'

/** Nothing to show: because there is nothing, or because filters hide it. */
export function NoRows({ filter, state }: { filter: Filter; state: string }) {
  const all = useRows(services)
  const set = useSetParams()
  if (all.length === 0)
    return (
      <Empty
        title="No services yet."
        action={
          <Go className="btn btn-primary" href={paths.newStack('hello')}>
            Try the example stack
          </Go>
        }
      >
        Start a container, or apply a stack: it shows here within a second.
      </Empty>
    )
  const filters = Object.values(filter).filter(Boolean).length
  const near = filter.q === '' ? null : nearest(filter.q, new Set(all.map((service) => service.name)))
  return (
    <Empty
      title={
        filter.q === ''
          ? `No service is ${state === '' ? 'in this selection' : state}.`
          : `No service matches "${filter.q}".`
      }
      action={
        <>
          {near && (
            <Button onClick={() => set({ q: near, state: null, target: null, stack: null })}>Show {near}</Button>
          )}
          <Button look="ghost" onClick={() => set({ q: null, state: null, target: null, stack: null })}>
            Clear filters
          </Button>
        </>
      }
    >
      {near && `Nearest name: ${near}. `}
      {plural(all.length, 'service')} {all.length === 1 ? 'is' : 'are'} hidden by {plural(filters, 'filter')}.
    </Empty>
  )
}
