import { useMutation, useQuery } from '@tanstack/react-query'
import type { Image } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { CheckLine } from '../../../ui/control/field.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { nameOf } from './words.ts'

interface Props {
  readonly image: Image
  /** One of its names, or its id for the whole. */
  readonly asked: string
  readonly onDone?: () => void
  readonly onClose: () => void
}

/** Removes an image, or one of its names. What services run on stays. */
export function RemoveImage({ image, asked, onDone, onClose }: Props) {
  const [force, setForce] = useState(false)
  const stopped = image.usedBy.filter(({ running }) => !running)
  const wish = { target: image.targetId, image: asked, ...(force ? { force } : {}) }
  const plan = useQuery({
    queryKey: keys.plan('images.remove', wish),
    queryFn: () => client.images.remove.plan(wish),
    staleTime: 0,
    retry: false,
  })
  const remove = useMutation({
    mutationFn: () => client.images.remove(wish),
    onSuccess: ({ freedBytes }) => {
      toast({ state: 'stopped', title: `${what} removed, ${bytes(freedBytes)} freed` })
      onClose()
      onDone?.()
    },
  })
  const what = asked === image.id ? nameOf(image) : asked
  const trouble = remove.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove ${what} from ${image.targetName}?`}
      keep="Keep image"
      act={`Remove ${what}`}
      ready={plan.data !== undefined && !plan.error}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
      {plan.data && !plan.error && <PlanView plan={plan.data} />}
      {stopped.length > 0 && (
        <CheckLine
          label="Also where stopped containers use it"
          hint={`${stopped.map(({ name }) => name).join(', ')} cannot be started again then.`}
          checked={force}
          onChange={(event) => setForce(event.target.checked)}
        />
      )}
    </DestroyDialog>
  )
}
