import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Target } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { changesOf, PlanView } from '../../../ui/code/plan-view.tsx'
import { CheckLine } from '../../../ui/control/field.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

const first = {
  containers: false,
  images: true,
  allImages: false,
  networks: true,
  volumes: false,
  allVolumes: false,
  buildCache: false,
}
type Choice = typeof first

const choices: readonly {
  readonly name: keyof Choice
  readonly label: string
  readonly hint: string
  readonly needs?: keyof Choice
}[] = [
  { name: 'containers', label: 'Stopped containers', hint: 'Those that no stack claims.' },
  { name: 'images', label: 'Images without a name', hint: 'Never one that a kept release needs.' },
  { name: 'allImages', label: 'Also images with a name', hint: 'Those nothing uses.', needs: 'images' },
  { name: 'networks', label: 'Networks', hint: 'Those nothing is attached to.' },
  { name: 'volumes', label: 'Volumes without a name', hint: 'Those nothing uses. Their files are lost.' },
  {
    name: 'allVolumes',
    label: 'Also volumes with a name',
    hint: 'Those nothing uses. Their files are lost for good.',
    needs: 'volumes',
  },
  { name: 'buildCache', label: 'Build cache', hint: 'The next builds take longer.' },
]

/** Shows all that would go from an engine, then does that very plan. */
export function PruneEngine({ target, onClose }: { target: Target; onClose: () => void }) {
  const cache = useQueryClient()
  const [choice, setChoice] = useState<Choice>(first)
  const wish = {
    target: target.id,
    ...(choice.containers ? { containers: true } : {}),
    ...(choice.images ? { images: choice.allImages ? ('all' as const) : ('nameless' as const) } : {}),
    ...(choice.networks ? { networks: true } : {}),
    ...(choice.volumes ? { volumes: choice.allVolumes ? ('all' as const) : ('anonymous' as const) } : {}),
    ...(choice.buildCache ? { buildCache: true } : {}),
  }
  const chosen = Object.keys(wish).length > 1
  const plan = useQuery({
    queryKey: keys.plan('engines.prune', wish),
    queryFn: () => client.engines.prune.plan(wish),
    enabled: chosen,
    staleTime: 0,
    retry: false,
  })
  const prune = useMutation({
    mutationFn: (digest: string) => client.engines.prune({ ...wish, digest }),
    onSuccess: ({ removed, freedBytes }) => {
      const gone = Object.values(removed).reduce((sum, names) => sum + names.length, 0)
      toast({ state: 'stopped', title: `${plural(gone, 'thing')} removed, ${bytes(freedBytes)} freed` })
      void cache.invalidateQueries({ queryKey: keys.diskUsage(target.id) })
      onClose()
    },
    onError: () => void plan.refetch(),
  })
  const going = chosen && plan.data ? changesOf(plan.data) : 0
  const trouble = prune.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove what nothing uses from ${target.name}?`}
      keep="Keep it all"
      act={going > 0 ? `Remove ${plural(going, 'thing')}` : 'Remove nothing'}
      {...(choice.volumes ? { typeName: target.name } : {})}
      ready={going > 0 && !plan.isFetching}
      busy={prune.isPending}
      onAct={() => plan.data && prune.mutate(plan.data.digest)}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      <div className="grid gap-3 sm:grid-cols-2">
        {choices.map(({ name, label, hint, needs }) => (
          <CheckLine
            key={name}
            label={label}
            hint={hint}
            disabled={needs !== undefined && !choice[needs]}
            checked={choice[name] && (needs === undefined || choice[needs])}
            onChange={(event) => setChoice({ ...choice, [name]: event.target.checked })}
          />
        ))}
      </div>
      {!chosen && <p className="text-ink-3">Choose what may go.</p>}
      {chosen && plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
      {chosen && plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
