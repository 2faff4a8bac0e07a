import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ConfigSet, Plan } from '@wheelhouse/contract'
import { useState } from 'react'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { DiffView } from './diff-view.tsx'

interface Props {
  readonly title: string
  readonly act: string
  readonly set: { readonly id: string; readonly name: string }
  readonly plan: () => Promise<Plan>
  readonly run: (reason: string) => Promise<ConfigSet>
  readonly onDone: (set: ConfigSet) => void
  readonly onClose: () => void
}

/** What a change would do to the values, secrets masked; then who wants it, why. */
export function ChangeDialog({ title, act, set, plan, run, onDone, onClose }: Props) {
  const cache = useQueryClient()
  const [reason, setReason] = useState('')
  const planned = useQuery({
    queryKey: keys.plan('configs.change', [set.id, title]),
    queryFn: plan,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const change = useMutation({
    mutationFn: () => run(reason.trim()),
    // It may have been refused because there is a newer version: then the page has to show it.
    onError: () => cache.invalidateQueries({ queryKey: keys.configs }),
    onSuccess: async (saved) => {
      await cache.invalidateQueries({ queryKey: keys.configs })
      toast({ state: 'succeeded', title: `${saved.name} is at version ${saved.version}` })
      onDone(saved)
    },
  })
  const lines = planned.data?.steps.flatMap((step) => step.reasons) ?? []
  const nothing = planned.data !== undefined && lines.length === 0
  const trouble = change.error ?? planned.error
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button look="primary" busy={change.isPending} disabled={!planned.data} onClick={() => change.mutate()}>
            {nothing ? `${act}, no value changes` : act}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
        {planned.isPending && <Skeleton rows={3} />}
        {planned.data && (
          <>
            <p className="text-ink">{planned.data.summary}</p>
            {planned.data.warnings.map((warning) => (
              <div key={warning} className="note warn">
                <Glyph state="degraded" />
                <span>{warning}</span>
              </div>
            ))}
            {lines.length > 0 && <DiffView label="What changes" lines={lines} />}
            <TextField
              label="Why"
              hint="Stands in the history beside your name."
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
