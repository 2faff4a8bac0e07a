import { useInfiniteQuery } from '@tanstack/react-query'
import type { Backup } from '@wheelhouse/contract'
import { Archive, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { BackupTable } from './backup-table.tsx'
import { CleanupDialog } from './cleanup-dialog.tsx'
import { CreateDialog } from './create-dialog.tsx'

const any = { value: '', label: 'any' }
const optionsOf = (rows: readonly Backup[], key: 'stack' | 'environment') => [
  any,
  ...[...new Set(rows.map((row) => row[key]))].sort().map((value) => ({ value, label: value })),
]

/** Every backup that is known, newest first. */
export function BackupList() {
  const [q, setQ] = useParam('q')
  const [stack, setStack] = useParam('stack')
  const [environment, setEnvironment] = useParam('environment')
  const setParams = useSetParams()
  const [open, setOpen] = useState<'create' | 'cleanup' | null>(null)
  const manages = useMay()('backups.manage')
  const asked = useInfiniteQuery({
    queryKey: keys.backups({ q }),
    queryFn: ({ pageParam }) =>
      client.backups.list({ limit: 200, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    // A backup has no channel of its own; one that runs is asked after until it has ended.
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((each) => each.state === 'running')) ? 3_000 : 30_000,
  })
  const all = useMemo(() => asked.data?.pages.flatMap((page) => page.items) ?? [], [asked.data])
  const rows = all.filter(
    (row) => (stack === '' || row.stack === stack) && (environment === '' || row.environment === environment),
  )
  const filtered = q !== '' || stack !== '' || environment !== ''
  return (
    <>
      <PageHead
        title="Backups"
        meta={
          asked.data &&
          `${plural(rows.length, 'backup')}, ${bytes(rows.reduce((sum, row) => sum + row.sizeBytes, 0))} in all`
        }
        actions={
          manages && (
            <>
              <Button icon={Trash2} disabled={all.length === 0} onClick={() => setOpen('cleanup')}>
                Clean up…
              </Button>
              <Button look="primary" icon={Archive} onClick={() => setOpen('create')}>
                Back up…
              </Button>
            </>
          )
        }
      />
      <div className="toolbar">
        <FilterBox label="Filter backups" placeholder="Filter by stack, description" value={q} onChange={setQ} />
        <Pick label="Stack" value={stack} onPick={setStack} options={optionsOf(all, 'stack')} />
        <Pick label="Environment" value={environment} onPick={setEnvironment} options={optionsOf(all, 'environment')} />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton />}
      {asked.data && rows.length === 0 && (
        <Empty
          title={filtered ? 'No backup matches.' : 'No backups yet.'}
          action={
            filtered ? (
              <Button onClick={() => setParams({ q: null, stack: null, environment: null })}>Clear filters</Button>
            ) : (
              manages && (
                <Button look="primary" icon={Archive} onClick={() => setOpen('create')}>
                  Back up…
                </Button>
              )
            )
          }
        >
          {filtered
            ? `${plural(all.length, 'backup')} ${all.length === 1 ? 'is' : 'are'} hidden by the filters.`
            : 'Each deployment makes one before it changes anything, unless it is told not to.'}
        </Empty>
      )}
      {rows.length > 0 && <BackupTable rows={rows} />}
      {asked.hasNextPage && (
        <div className="p-3 text-center">
          <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
      {open === 'create' && <CreateDialog onClose={() => setOpen(null)} />}
      {open === 'cleanup' && <CleanupDialog stack={stack} environment={environment} onClose={() => setOpen(null)} />}
    </>
  )
}
