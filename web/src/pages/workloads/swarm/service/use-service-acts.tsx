import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Rollout, Service } from '@wheelhouse/contract'
import { Pencil, RefreshCw, RotateCcw, Scaling } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { paths } from '../../../../paths.ts'
import { useGo } from '../../../../ui/control/link.tsx'
import type { MenuEntry } from '../../../../ui/control/menu.tsx'
import { PlanDialog } from '../../../../acts/plan-dialog.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'

const ScaleDialog = lazy(() => import('./scale-dialog.tsx').then((m) => ({ default: m.ScaleDialog })))
const ForceDialog = lazy(() => import('./force-dialog.tsx').then((m) => ({ default: m.ForceDialog })))

type Layer = 'scale' | 'rollback' | 'force'

/** What can be done with a Swarm service beyond what every service can: menu entries, and the dialog that is open. */
export function useServiceActs(service: Service): {
  readonly entries: readonly MenuEntry[]
  readonly layer: ReactNode
  readonly open: (layer: Layer) => void
  readonly operates: boolean
} {
  const may = useMay()
  const go = useGo()
  const cache = useQueryClient()
  const [layer, setLayer] = useState<Layer | null>(null)
  const { id, name } = service
  const place = { targetId: service.targetId, serviceId: id }
  const is = service.kind === 'swarm-service' && !service.stale
  const operates = is && may('services.operate', place)
  const close = (): void => setLayer(null)
  const heard = (rollout: Rollout): void => {
    cache.setQueryData(keys.rollout(id), rollout)
    close()
  }
  return {
    operates,
    open: setLayer,
    entries: [
      ...(is && may('containers.manage', place)
        ? [{ label: 'Change…', icon: Pencil, run: () => go(paths.editSwarmService(id)) }]
        : []),
      ...(operates
        ? [
            { label: 'Scale…', icon: Scaling, run: () => setLayer('scale') },
            { label: 'Replace every task…', icon: RefreshCw, run: () => setLayer('force') },
            { label: 'Roll back…', icon: RotateCcw, run: () => setLayer('rollback') },
          ]
        : []),
    ],
    layer: (
      <Suspense fallback={null}>
        {layer === 'scale' && <ScaleDialog service={service} onDone={heard} onClose={close} />}
        {layer === 'force' && <ForceDialog service={service} onDone={heard} onClose={close} />}
        {layer === 'rollback' && (
          <PlanDialog
            calm
            title={`Roll back ${name} on ${service.targetName}?`}
            keep="Keep what is there"
            act={() => `Roll back ${name}`}
            what="swarmServices.rollback"
            input={{ id }}
            plan={() => client.swarmServices.rollback.plan({ id })}
            run={() => client.swarmServices.rollback({ id })}
            onDone={(rollout) => {
              toast({ state: 'rolling-back', title: `${name} goes back to what it was` })
              heard(rollout)
            }}
            onClose={close}
          />
        )}
      </Suspense>
    ),
  }
}

/** Holds an update, or lets it go on. */
export function useHold(service: Service) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (verb: 'pause' | 'resume') => client.swarmServices[verb]({ id: service.id }),
    onSuccess: (rollout) => cache.setQueryData(keys.rollout(service.id), rollout),
  })
}
