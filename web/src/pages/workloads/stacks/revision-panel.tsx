import { useQuery } from '@tanstack/react-query'
import type { Stack, StackRevision } from '@wheelhouse/contract'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph, type GlyphState } from '../../../ui/state/glyph.tsx'
import { ReturnDialog } from './return-dialog.tsx'
import { RevisionDifference } from './revision-difference.tsx'

const glyphs: Record<StackRevision['state'], GlyphState> = {
  pending: 'unknown',
  applied: 'succeeded',
  failed: 'failed',
}
const originWords: Record<StackRevision['origin'], string> = {
  apply: 'applied by hand',
  return: 'return to an older one',
  git: 'from git',
  adopt: 'taken over as it ran',
  deployment: 'by a deployment',
}
const stateWords = ({ current, state }: StackRevision): string =>
  current ? 'in use' : state === 'pending' ? 'not applied' : state

/** Who applied what, when and why; any two revisions beside each other; and the way back. */
export function RevisionPanel({ stack }: { stack: Stack }) {
  const { id } = stack
  const may = useMay()
  const [returning, setReturning] = useState<number | null>(null)
  const [from, setFrom] = useParam('from', '')
  const [to, setTo] = useParam('to', '')
  const asked = useQuery({
    queryKey: [...keys.stack(id), 'revisions', stack.revision, stack.appliedAt],
    queryFn: () => client.stacks.revisions({ id, limit: 100 }),
    enabled: stack.managed,
  })
  if (!stack.managed) return null
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton rows={4} />
  const rows = asked.data.items
  const applies = may('stacks.apply', { targetId: stack.targetId })
  const options = rows.map(({ revision }) => ({ value: String(revision), label: `revision ${revision}` }))
  const newest = Number(to) || (rows[0]?.revision ?? 0)
  const older = Number(from) || (rows.find(({ revision }) => revision < newest)?.revision ?? newest)
  return (
    <>
      <Panel title="Revisions" meta={rows.length} flush span={rows.length > 1 ? 7 : 12}>
        {rows.length === 0 && <Empty title="Nothing was applied yet." />}
        <Table
          label="Revisions"
          rows={rows}
          keyOf={(row) => String(row.revision)}
          onOpen={(row) => {
            setTo(String(row.revision))
            setFrom(String(rows.find(({ revision }) => revision < row.revision)?.revision ?? row.revision))
          }}
          actsWidth={applies ? '104px' : '1px'}
          acts={(row) =>
            applies && !row.current && row.origin !== 'deployment' ? (
              <Button look="ghost" icon={Undo2} onClick={() => setReturning(row.revision)}>
                Return…
              </Button>
            ) : null
          }
          below={(row) =>
            row.error && (
              <div role="row">
                <span role="cell" className="tr-why t-failed">
                  {row.error}
                </span>
              </div>
            )
          }
          columns={[
            {
              key: 'revision',
              label: 'Revision',
              width: '150px',
              phone: 'title',
              render: (row) => (
                <>
                  <Glyph state={glyphs[row.state]} label={stateWords(row)} />
                  <span>{row.revision}</span>
                  <span className={`font-normal text-meta ${row.state === 'failed' ? 't-failed' : 'text-ink-3'}`}>
                    {stateWords(row)}
                  </span>
                </>
              ),
            },
            {
              key: 'why',
              label: 'Why',
              width: 'minmax(120px, 2fr)',
              phone: 'line',
              render: (row) => (
                <span title={row.reason ?? undefined}>{row.error ? '' : (row.reason ?? originWords[row.origin])}</span>
              ),
            },
            { key: 'by', label: 'By', width: 'minmax(60px, 0.8fr)', phone: 'meta', render: (row) => row.by },
            {
              key: 'age',
              label: 'When',
              width: '60px',
              num: true,
              phone: 'side',
              render: (row) => <Age at={row.at} />,
            },
          ]}
        />
      </Panel>
      <Panel title="Difference" span={5}>
        {rows.length < 2 ? (
          <p className="text-ink-3">There is nothing to compare yet. Each time it is applied adds a revision.</p>
        ) : (
          <>
            <div className="flex flex-wrap gap-2 pb-2">
              <Pick label="From" value={String(older)} options={options} onPick={setFrom} />
              <Pick label="To" value={String(newest)} options={options} onPick={setTo} />
            </div>
            <RevisionDifference id={id} from={older} to={newest} />
          </>
        )}
      </Panel>
      {returning !== null && <ReturnDialog stack={stack} to={returning} onClose={() => setReturning(null)} />}
    </>
  )
}
