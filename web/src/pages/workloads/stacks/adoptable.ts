import type { Stack } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'

/** Tells of a stack whether one may adopt it: it was only found, on an engine or a Swarm, which tell how it was made. */
export function useAdoptable(): (stack: Pick<Stack, 'managed' | 'targetId'>) => boolean {
  const may = useMay()
  const engines = new Set(
    useRows(targets).flatMap(({ id, kind }) => (kind === 'docker' || kind === 'swarm' ? [id] : [])),
  )
  return ({ managed, targetId }) => !managed && engines.has(targetId) && may('stacks.apply', { targetId })
}
