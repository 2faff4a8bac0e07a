import { useMutation } from '@tanstack/react-query'
import type { Deployment } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { answered } from '../../../api/deployments.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { EnvironmentMark } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { titleOf, triggerWords } from './words.ts'

/** What waits for its turn, in order, with why. */
export function Queue({ rows }: { rows: readonly Deployment[] }) {
  const may = useMay()
  const drop = useMutation({
    mutationFn: (id: string) => answered(id, () => client.deployments.cancel({ id })),
    onSuccess: (row) => {
      toast({ state: 'cancelled', title: `${titleOf(row)} of ${row.stack} left the queue` })
    },
    onError: (error) =>
      toast({ state: 'failed', title: 'It stays in the queue', detail: wordsFor(error).what, stays: true }),
  })
  if (rows.length === 0) return null
  return (
    <section className="queue" aria-label="Queue">
      {rows.map((row) => (
        <div key={row.id} className="queue-row">
          <span className="num text-ink-3 w-4">{row.queue?.position}</span>
          <Glyph state="queued" label="queued" />
          <Go href={paths.deployment(row.id)} className="font-medium text-ink whitespace-nowrap">
            {row.stack} {row.number}
          </Go>
          <EnvironmentMark name={row.environment} />
          <span className="text-ink-2 min-w-0 grow break-words">{row.queue?.reason ?? 'It waits for its turn.'}</span>
          <span className="meta whitespace-nowrap">
            {triggerWords(row)}, <Age at={row.createdAt} suffix=" ago" />
          </span>
          {may('deployments.run') && (
            <Button
              aria-label={`Drop ${row.stack} ${row.number} from the queue`}
              busy={drop.isPending && drop.variables === row.id}
              onClick={() => drop.mutate(row.id)}
            >
              Drop
            </Button>
          )}
        </div>
      ))}
    </section>
  )
}
