import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { JsonView } from '../../../ui/code/json-view.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { plural } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'

/** Environment, secrets masked, and everything the target knows. */
export function InspectTab({ service }: { service: Service }) {
  const [q, setQ] = useState('')
  const inspect = useQuery({
    queryKey: keys.inspect(service.id),
    queryFn: () => client.services.inspect({ id: service.id }),
  })
  if (inspect.error)
    return (
      <div className="page">
        <TroubleBox trouble={wordsFor(inspect.error)} retry={() => void inspect.refetch()} />
      </div>
    )
  if (!inspect.data) return <Skeleton />
  const { environment, native } = inspect.data
  const shown = environment.filter((each) => `${each.name}=${each.value}`.toLowerCase().includes(q.toLowerCase()))
  return (
    <div className="page">
      <div className="panels">
        <Panel
          title="Environment"
          meta={`${plural(environment.length, 'variable')}${environment.some((each) => each.masked) ? ', secrets masked' : ''}`}
          flush
        >
          {environment.length > 8 && (
            <div className="px-3 pb-2">
              <FilterBox label="Filter variables" placeholder="Filter variables" value={q} onChange={setQ} />
            </div>
          )}
          {environment.length === 0 && <p className="px-3 pb-3 text-ink-3">It has no variables of its own.</p>}
          <dl className="kv mono px-3 pb-3">
            {shown.map((each) => (
              <div key={each.name} className="contents">
                <dt>{each.name}</dt>
                <dd className={each.masked ? 'text-ink-3!' : ''}>
                  {each.masked ? `${each.value} (masked)` : each.value}
                </dd>
              </div>
            ))}
          </dl>
        </Panel>
        <Panel title="As the target tells it">
          <JsonView value={native} label="what the target tells" />
        </Panel>
      </div>
    </div>
  )
}
