import { useMutation } from '@tanstack/react-query'
import type { Rollout, Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { CheckLine } from '../../../../ui/control/field.tsx'
import { DestroyDialog } from '../../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'

interface Props {
  readonly service: Service
  readonly onDone: (rollout: Rollout) => void
  readonly onClose: () => void
}

/** Replaces every task although nothing has changed. */
export function ForceDialog({ service, onDone, onClose }: Props) {
  const { id, name } = service
  const [pullAgain, setPullAgain] = useState(false)
  const force = useMutation({
    mutationFn: () => client.swarmServices.force({ id, ...(pullAgain ? { pullAgain } : {}) }),
    onSuccess: (rollout) => {
      toast({ state: 'starting', title: `Every task of ${name} is replaced` })
      onDone(rollout)
    },
  })
  return (
    <DestroyDialog
      calm
      title={`Replace every task of ${name} on ${service.targetName}?`}
      keep="Keep its tasks"
      act={`Replace tasks of ${name}`}
      busy={force.isPending}
      onAct={() => force.mutate()}
      onClose={onClose}
    >
      {force.error && <TroubleBox trouble={wordsFor(force.error)} />}
      <p>
        Each task ends and a new one starts in its place, by the update policy of the service: so many at a time, each
        watched. Nodes that were added since get their share.
      </p>
      <CheckLine
        label="Ask the registry for the image again"
        hint="The tag may stand for a newer image by now."
        checked={pullAgain}
        onChange={(event) => setPullAgain(event.target.checked)}
      />
      <p>
        <b>Kept:</b> its settings, volumes, networks, secrets and configs.
      </p>
    </DestroyDialog>
  )
}
