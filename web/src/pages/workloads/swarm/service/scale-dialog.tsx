import { useQuery } from '@tanstack/react-query'
import type { Rollout, Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { PlannedDialog } from '../../../../acts/planned-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { TextField } from '../../../../ui/control/field.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'

interface Props {
  readonly service: Service
  readonly onDone: (rollout: Rollout) => void
  readonly onClose: () => void
}

/** How many tasks it has; the plan says whether they fit. */
export function ScaleDialog({ service, onDone, onClose }: Props) {
  const { id, name } = service
  const now = useQuery({
    queryKey: keys.rollout(id),
    queryFn: ({ signal }) => client.swarmServices.rollout({ id }, { signal }),
  })
  const room = useQuery({
    queryKey: keys.placement(id),
    queryFn: ({ signal }) => client.swarmServices.placement({ id }, { signal }),
  })
  const [typed, setTyped] = useState<string | null>(null)
  const [told, setTold] = useState(false)
  const text = typed ?? String(now.data?.desired ?? '')
  const replicas = /^\d{1,5}$/.test(text.trim()) && Number(text) <= 10_000 ? Number(text) : null
  const fits = room.data?.fits
  const input = { id, replicas: replicas ?? 0 }
  return (
    <PlannedDialog
      title={`Scale ${name} on ${service.targetName}`}
      act={`Scale to ${plural(replicas ?? 0, 'task')}`}
      input={JSON.stringify(input)}
      check={() => {
        setTold(true)
        return replicas !== null
      }}
      plan={() => client.swarmServices.scale.plan(input)}
      run={() => client.swarmServices.scale(input)}
      onDone={(rollout) => {
        toast({ state: 'starting', title: `${name} is scaled to ${plural(input.replicas, 'task')}` })
        onDone(rollout)
      }}
      onClose={onClose}
    >
      <TextField
        label="Tasks"
        inputMode="numeric"
        hint={
          fits === undefined
            ? undefined
            : fits >= 10_000
              ? 'Nothing bounds how many more fit.'
              : `${fits} more would find a node.`
        }
        error={told && replicas === null ? 'Use a number from 0 to 10000.' : null}
        value={text}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
    </PlannedDialog>
  )
}
