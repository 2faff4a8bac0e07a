import type { Target } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'

/** Engines on which the person may make and change containers. */
export function useContainerEngines(): readonly Target[] {
  const may = useMay()
  return useRows(targets).filter(
    (row) => row.capabilities.includes('update') && may('containers.manage', { targetId: row.id }),
  )
}
