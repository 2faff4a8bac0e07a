import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { DiffView } from '../../inventory/configs/diff-view.tsx'

const verbs = { create: 'added', change: 'changed', replace: 'changed', remove: 'removed', keep: 'kept' } as const

/** What differs between two revisions: in what runs, then in the file. Secrets are masked by the server. */
export function RevisionDifference({ id, from, to }: { id: string; from: number; to: number }) {
  const asked = useQuery({
    queryKey: [...keys.stack(id), 'diff', from, to],
    queryFn: () => client.stacks.diff({ id, from, to }),
  })
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton rows={3} />
  const { changes, diff } = asked.data
  return (
    <div className="flex flex-col gap-2 min-w-0">
      {changes.length === 0 ? (
        <p className="text-ink-3">Both run the same.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {changes.map(({ verb, kind, name, reasons }) => (
            <li key={`${kind} ${name}`} className="min-w-0">
              <span className="text-ink font-medium">{kind === 'service' ? name : `${kind} ${name}`}</span>{' '}
              <span className="text-ink-3">{reasons.length > 0 ? reasons.join(', ') : verbs[verb]}</span>
            </li>
          ))}
        </ul>
      )}
      {diff === null && <p className="text-ink-3">The files are shown to those who may apply the stack.</p>}
      {diff === '' && <p className="text-ink-3">The files are the same.</p>}
      {diff && <DiffView label={`Difference of revisions ${from} and ${to}`} lines={diff.split('\n')} />}
    </div>
  )
}
