import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { DiffView } from './diff-view.tsx'

/** What differs between two versions or two configs, with how much of it. */
export function Difference({ input }: { input: Parameters<typeof client.configs.diff>[0] }) {
  const diff = useQuery({ queryKey: keys.configDiff(input.id, input), queryFn: () => client.configs.diff(input) })
  if (diff.error) return <TroubleBox trouble={wordsFor(diff.error)} retry={() => void diff.refetch()} />
  if (!diff.data) return <Skeleton rows={3} />
  const { before, after, added, changed, removed } = diff.data
  const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed`
  return (
    <div className="flex flex-col gap-2 min-w-0">
      <p className="meta">
        From {before} to {after}: {counts}.
      </p>
      {diff.data.diff === '' ? (
        <p className="text-ink-3">All values are the same.</p>
      ) : (
        <DiffView label={`Difference, ${counts}`} lines={diff.data.diff.split('\n')} />
      )}
    </div>
  )
}
