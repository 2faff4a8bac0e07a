import type { Target } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'

/** Engines that have images and that this person may change. */
export function useEngines(): Target[] {
  const may = useMay()
  return useRows(targets).filter(
    (target) => target.capabilities.includes('images') && may('images.manage', { targetId: target.id }),
  )
}
