import { useQuery } from '@tanstack/react-query'
import type { Stack } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { NewSource, UnsyncedSources } from '../stack-sources/new-source.tsx'
import { useAdoptable } from './adoptable.ts'
import { formatWords } from './format-words.ts'

/** Services that belong together by one file. */
export function StackList() {
  const may = useMay()
  const isAdoptable = useAdoptable()
  const [q, setQ] = useParam('q')
  const [target] = useParam('target')
  const stacks = useQuery({
    queryKey: keys.stacks,
    queryFn: () =>
      allPages((cursor) => client.stacks.list({ limit: 1000, ...(cursor ? { cursor } : {}) })).then((items) => ({
        items,
      })),
    refetchInterval: 5_000,
  })
  const shown =
    stacks.data?.items.filter(
      (stack) =>
        (!target || stack.targetId === target || stack.targetName === target) &&
        stack.name.toLowerCase().includes(q.toLowerCase()),
    ) ?? []
  const apply = may('stacks.apply') && (
    <>
      <NewSource />
      <Go className="btn btn-primary" href={paths.newStack()}>
        <Plus className="icon-s" aria-hidden />
        Apply a stack…
      </Go>
    </>
  )
  return (
    <>
      <PageHead title="Stacks" meta="services described by one file" actions={apply} />
      <div className="toolbar">
        <FilterBox label="Filter stacks" placeholder="Filter by name" value={q} onChange={setQ} />
      </div>
      {stacks.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(stacks.error)} retry={() => void stacks.refetch()} />
        </div>
      )}
      {stacks.data && <UnsyncedSources known={new Set(stacks.data.items.map(({ id }) => id))} />}
      {stacks.isPending && <Skeleton />}
      {stacks.data && shown.length === 0 && (
        <Empty
          title={stacks.data.items.length === 0 ? 'No stacks yet.' : 'No stack passes the filter.'}
          action={
            stacks.data.items.length === 0 ? (
              <Go className="btn" href={paths.newStack('hello')}>
                Try the example stack
              </Go>
            ) : undefined
          }
        >
          {stacks.data.items.length === 0
            ? 'A stack is a wheelhouse.yaml or a Compose file. You see the plan before anything changes.'
            : `${stacks.data.items.length} are hidden.`}
        </Empty>
      )}
      {shown.length > 0 && (
        <Table
          label="Stacks"
          rows={shown}
          keyOf={(stack) => stack.id}
          hrefOf={(stack) => paths.stack(stack.id)}
          {...(shown.some(isAdoptable) && {
            actsWidth: '88px',
            acts: (stack: Stack) =>
              isAdoptable(stack) && (
                <Go className="btn" href={paths.adoptStack(stack.id)}>
                  <span>
                    Adopt<span className="vh"> {stack.name}</span>…
                  </span>
                </Go>
              ),
          })}
          columns={[
            {
              key: 'name',
              label: 'Stack',
              width: 'minmax(180px, 2fr)',
              phone: 'title',
              render: (stack) => (
                <>
                  <Glyph state={stack.state} label={stack.state} />
                  <span className="cut">{stack.name}</span>
                  {stack.state !== 'running' && (
                    <span className={`font-normal text-meta t-${stack.state}`}>{stack.state}</span>
                  )}
                </>
              ),
            },
            { key: 'target', label: 'Target', width: 'minmax(110px, 1fr)', render: (stack) => stack.targetName },
            {
              key: 'services',
              label: 'Services',
              width: 'minmax(90px, 1fr)',
              render: (stack) => (
                <span className="marks">
                  {stack.services.map((service) => (
                    <Glyph key={service.name} state={service.state} label={`${service.name}, ${service.state}`} />
                  ))}
                  <span className="pl-1 text-ink-3">{stack.services.length}</span>
                </span>
              ),
            },
            {
              key: 'format',
              label: 'File',
              width: '120px',
              render: (stack) =>
                stack.managed ? (
                  formatWords[stack.format]
                ) : (
                  <Tag title="Started elsewhere and only found">found, {formatWords[stack.format]}</Tag>
                ),
            },
            {
              key: 'revision',
              label: 'Revision',
              width: '80px',
              num: true,
              phone: 'hide',
              render: (stack) => (stack.managed ? stack.revision : ''),
            },
            {
              key: 'by',
              label: 'Applied by',
              width: 'minmax(80px, 0.7fr)',
              phone: 'hide',
              render: (stack) => (stack.managed ? (stack.appliedBy ?? '–') : ''),
            },
            {
              key: 'age',
              label: 'Applied',
              width: '80px',
              num: true,
              phone: 'side',
              render: (stack) => stack.managed && <Age at={stack.appliedAt} />,
            },
          ]}
        />
      )}
    </>
  )
}
