import type { Service } from '@wheelhouse/contract'
import { Camera, Gauge, Pencil } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRow } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { useGo } from '../../../ui/control/link.tsx'
import type { MenuEntry } from '../../../ui/control/menu.tsx'

const LimitDialog = lazy(() => import('./limit-dialog.tsx').then((m) => ({ default: m.LimitDialog })))
const CommitDialog = lazy(() => import('./commit-dialog.tsx').then((m) => ({ default: m.CommitDialog })))

/** What can be done with a container beyond what every service can: menu entries, and the dialog that is open. */
export function useContainerActs(service: Service): { is: boolean; entries: readonly MenuEntry[]; layer: ReactNode } {
  const may = useMay()
  const go = useGo()
  const target = useRow(targets, service.targetId)
  const [open, setOpen] = useState<'limits' | 'image' | null>(null)
  const is = service.kind === 'container' && (target?.capabilities.includes('update') ?? false)
  const place = { targetId: service.targetId, serviceId: service.id }
  const can = is && !service.stale
  const manages = can && may('containers.manage', place)
  const commits = can && may('images.manage', place) && (target?.capabilities.includes('commit') ?? false)
  const close = (): void => setOpen(null)
  return {
    is,
    entries: [
      ...(manages
        ? [
            { label: 'Change…', icon: Pencil, run: () => go(paths.editContainer(service.id)) },
            { label: 'Limits…', icon: Gauge, run: () => setOpen('limits') },
          ]
        : []),
      ...(commits ? [{ label: 'Make an image…', icon: Camera, run: () => setOpen('image') }] : []),
    ],
    layer: (
      <Suspense fallback={null}>
        {open === 'limits' && <LimitDialog service={service} onClose={close} />}
        {open === 'image' && <CommitDialog service={service} onClose={close} />}
      </Suspense>
    ),
  }
}
