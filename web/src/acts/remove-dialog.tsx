import type { Service } from '@wheelhouse/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { wordsFor } from '../api/trouble.ts'
import { PlanView } from '../ui/code/plan-view.tsx'
import { CheckLine } from '../ui/control/field.tsx'
import { listed, plural } from '../ui/format/number.ts'
import { DestroyDialog } from '../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../ui/page/told.tsx'
import type { ActInput } from './run.ts'

interface Props {
  readonly services: readonly Service[]
  readonly onRun: (input: ActInput) => void
  readonly onClose: () => void
}

/** Shows the plan of one, or names the many. With volumes data is lost, so the name is typed. */
export function RemoveDialog({ services, onRun, onClose }: Props) {
  const [volumes, setVolumes] = useState(false)
  const only = services.length === 1 ? services[0] : undefined
  const plan = useQuery({
    queryKey: keys.plan('services.remove', [only?.id, volumes]),
    queryFn: () => client.services.remove.plan({ id: only?.id ?? '', volumes }),
    enabled: only !== undefined,
    staleTime: 0,
  })
  const containers = services.some((service) => service.kind === 'container')
  const what = only ? `service ${only.name}` : plural(services.length, 'service')
  return (
    <DestroyDialog
      title={
        only ? `Remove service ${only.name} on ${only.targetName}?` : `Remove ${plural(services.length, 'service')}?`
      }
      typeName={volumes ? (only?.name ?? `${services.length} services`) : undefined}
      keep={only ? 'Keep service' : 'Keep services'}
      act={`Remove ${what}`}
      ready={only === undefined || plan.data !== undefined}
      onAct={() => onRun({ volumes })}
      onClose={onClose}
    >
      {only ? (
        <>
          {plan.data && <PlanView plan={plan.data} />}
          {plan.error && <TroubleBox trouble={wordsFor(plan.error)} retry={() => void plan.refetch()} />}
          {plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
        </>
      ) : (
        <p>
          This stops and removes <b>{listed(services.map((service) => service.name))}</b>.
        </p>
      )}
      {containers && (
        <CheckLine
          label="Remove anonymous volumes too"
          hint="Their data is lost. Named volumes stay in any case."
          checked={volumes}
          onChange={(event) => setVolumes(event.target.checked)}
        />
      )}
      {!only && (
        <p>
          <b>Kept:</b> named volumes, images, and what stack files say.
        </p>
      )}
    </DestroyDialog>
  )
}
