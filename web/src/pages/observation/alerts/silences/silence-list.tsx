import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Silence } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { client } from '../../../../api/client.ts'
import { allPages } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Pick } from '../../../../ui/control/pick.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { moment } from '../../../../ui/format/age.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { AlertTabs } from '../alert-tabs.tsx'
import { spanText } from '../rules/draft.ts'
import { SilenceDialog } from './silence-dialog.tsx'

const aboutWords = ({ service, stack, target, ruleId }: Silence): string =>
  [service, stack && `stack ${stack}`, target && `on ${target}`, ruleId && 'one rule'].filter(Boolean).join(', ') ||
  'everything'

const whenWords = ({ repeat, until, nextAt, active }: Silence): string => {
  if (repeat) {
    const next = nextAt === null ? '' : `, next ${moment(nextAt)}`
    return `${repeat.cron} (${repeat.timeZone}) for ${spanText(repeat.durationMs)}${next}`
  }
  if (!active && nextAt !== null) return `from ${moment(nextAt)}`
  return until === null ? 'until it is removed' : `until ${moment(until)}`
}

/** What is kept silent, once or at set times. */
export function SilenceList() {
  const may = useMay()
  const cache = useQueryClient()
  const [adding, setAdding] = useParam('add')
  const [past, setPast] = useParam('past')
  const silences = useQuery({
    queryKey: [...keys.silences, past],
    queryFn: () =>
      allPages((cursor) => client.silences.list({ limit: 1000, past: past === '1', ...(cursor ? { cursor } : {}) })),
    refetchInterval: 30_000,
  })
  const remove = useMutation({
    mutationFn: ({ id }: Silence) => client.silences.remove({ id }),
    onSuccess: () => toast({ state: 'succeeded', title: 'It is told again' }),
    onError: (error) =>
      toast({ state: 'failed', title: 'It was not ended', detail: wordsFor(error).what, stays: true }),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.alerts }),
  })
  const rows = silences.data ?? []
  const mayAct = may('alerts.acknowledge')
  const add = (
    <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
      Silence…
    </Button>
  )
  return (
    <>
      <PageHead
        title="Silences"
        meta="what nobody is told of, and maintenance windows"
        actions={rows.length > 0 && add}
      />
      <AlertTabs current="silences" />
      <div className="toolbar">
        <Pick
          label="Shown"
          value={past}
          onPick={setPast}
          options={[
            { value: '', label: 'now and to come' },
            { value: '1', label: 'also past ones' },
          ]}
        />
      </div>
      {silences.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(silences.error)} retry={() => void silences.refetch()} />
        </div>
      )}
      {silences.isPending && <Skeleton />}
      {silences.data && rows.length === 0 && (
        <Empty title="Nothing is silenced." action={add}>
          A silence keeps alerts from being told while you work on something, once or each night.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Silences"
          rows={rows}
          keyOf={(silence) => silence.id}
          stale={(silence) => !silence.active}
          actsWidth="84px"
          acts={(silence) =>
            mayAct && (
              <Button
                busy={remove.isPending && remove.variables.id === silence.id}
                onClick={() => remove.mutate(silence)}
              >
                End
              </Button>
            )
          }
          columns={[
            {
              key: 'reason',
              label: 'Reason',
              width: 'minmax(160px, 1.4fr)',
              phone: 'title',
              render: (silence) => (
                <>
                  <Glyph state={silence.active ? 'paused' : 'queued'} label={silence.active ? 'active' : 'not now'} />
                  <span className="cut">{silence.reason}</span>
                </>
              ),
            },
            { key: 'about', label: 'Silences', width: 'minmax(120px, 1fr)', render: aboutWords },
            { key: 'when', label: 'When', width: 'minmax(180px, 1.6fr)', phone: 'line', render: whenWords },
            { key: 'by', label: 'By', width: 'minmax(80px, 0.6fr)', render: (silence) => silence.createdBy },
          ]}
        />
      )}
      {adding === '1' && <SilenceDialog onClose={() => setAdding('')} />}
    </>
  )
}
