import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DiskUsage, Target } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { bytes, count } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

type Used = NonNullable<DiskUsage['images']>
interface Row {
  readonly key: string
  readonly label: string
  readonly href: string | null
  readonly used: Used
}

function rowsOf(usage: DiskUsage): Row[] {
  const at = `?target=${encodeURIComponent(usage.targetId)}`
  const kinds = [
    ['images', 'Images', paths.images(at)],
    ['containers', 'Containers', paths.services(at)],
    ['volumes', 'Volumes', paths.volumes(at)],
    ['buildCache', 'Build cache', null],
  ] as const
  return kinds.flatMap(([key, label, href]) => {
    const used = usage[key]
    return used ? [{ key, label, href, used }] : []
  })
}

/** What takes the disk of an engine, as last counted. Counting goes on in the background; nobody waits for it. */
export function DiskPanel({ target }: { target: Target }) {
  const cache = useQueryClient()
  const key = keys.diskUsage(target.id)
  const asked = useQuery({
    queryKey: key,
    queryFn: async () => (await client.engines.diskUsage({ target: target.id })).items[0] ?? null,
    refetchInterval: (query) => (query.state.data?.counting ? 2000 : 60_000),
  })
  const again = useMutation({
    mutationFn: () => client.engines.countDisk({ target: target.id }),
    onSuccess: (usage) => cache.setQueryData(key, usage),
  })
  const usage = asked.data
  const rows = usage ? rowsOf(usage) : []
  const total = rows.reduce((sum, { used }) => sum + used.sizeBytes, 0)
  const free = rows.reduce((sum, { used }) => sum + used.reclaimableBytes, 0)
  const trouble = again.error ?? asked.error
  if (usage === null) return null
  return (
    <Panel
      title="Disk"
      flush
      meta={
        usage?.countedAt ? (
          <>
            {bytes(total)}, of which {bytes(free)} nothing uses; counted <Age at={usage.countedAt} suffix=" ago" />
          </>
        ) : usage?.counting ? (
          'being counted for the first time'
        ) : (
          'not counted yet'
        )
      }
      actions={
        <Button
          busy={again.isPending || usage?.counting === true}
          disabled={target.state !== 'connected'}
          onClick={() => again.mutate()}
        >
          {usage?.counting ? 'Counting' : usage?.countedAt ? 'Count again' : 'Count'}
        </Button>
      }
    >
      {trouble && (
        <div className="p-3">
          <TroubleBox trouble={wordsFor(trouble)} />
        </div>
      )}
      {usage?.reason && (
        <div className="note warn mx-3 mb-3" role="status">
          <Glyph state="degraded" label="not counted" />
          <span>The last count came to nothing: {usage.reason}</span>
        </div>
      )}
      {rows.length > 0 && (
        <Table
          label="Disk usage"
          rows={rows}
          keyOf={(row) => row.key}
          hrefOf={(row) => row.href}
          columns={[
            { key: 'kind', label: 'Kind', width: 'minmax(120px, 1fr)', phone: 'title', render: (row) => row.label },
            {
              key: 'count',
              label: 'Count',
              width: '80px',
              num: true,
              render: (row) => (
                <>
                  {count(row.used.count)} <span className="md:hidden">there</span>
                </>
              ),
            },
            {
              key: 'active',
              label: 'In use',
              width: '80px',
              num: true,
              render: (row) => (
                <>
                  {count(row.used.active)} <span className="md:hidden">in use</span>
                </>
              ),
            },
            {
              key: 'size',
              label: 'Size',
              width: '90px',
              num: true,
              phone: 'side',
              render: (row) => bytes(row.used.sizeBytes),
            },
            {
              key: 'free',
              label: 'Can be freed',
              width: '110px',
              num: true,
              phone: 'hide',
              render: (row) => bytes(row.used.reclaimableBytes),
            },
          ]}
        />
      )}
    </Panel>
  )
}
