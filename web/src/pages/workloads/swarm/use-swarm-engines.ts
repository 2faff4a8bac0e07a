import type { Target } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { useNodes } from './ask.ts'

/** Docker engines that this person may bring into a Swarm or take out of one, by whether they are a node of one that is known. */
export function useSwarmEngines(): { readonly free: readonly Target[]; readonly joined: readonly Target[] } {
  const may = useMay()
  const nodes = useNodes({})
  const taken = new Set((nodes.data ?? []).map(({ targetId }) => targetId))
  const engines = useRows(targets).filter((row) => row.kind === 'docker' && may('swarm.manage', { targetId: row.id }))
  return { free: engines.filter(({ id }) => !taken.has(id)), joined: engines.filter(({ id }) => taken.has(id)) }
}
