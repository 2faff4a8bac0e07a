import type { Deployment } from '@wheelhouse/contract'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeployRoom } from '../room.ts'

const lookMs = 50
/** How long a run that has not begun waits for a target that is not known yet. */
const findMs = 20_000

/**
 * What runs is known once the targets have been heard: a moment after a start of the control plane there would seem to be nothing. Waits
 * for those of a run until they are, patience is over or the signal comes. A run that has begun waits also for those that are away.
 */
export async function targetsHeard(
  room: Pick<DeployRoom, 'targets' | 'settings'>,
  deployment: Deployment,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  const wanted = new Set(deployment.targets.map(({ id }) => id))
  const hasBegun = deployment.stages.length > 0
  const end = Date.now() + room.settings.undoPatienceMs
  const foundBy = Date.now() + Math.min(room.settings.undoPatienceMs, hasBegun ? Infinity : findMs)
  for (let told = false; !signal.aborted; told = true) {
    const all = room.targets.list()
    // A Swarm is no target until an engine that manages it has been heard.
    const unknown = deployment.targets.filter((target) => !all.some(({ id }) => id === target.id))
    const away = [
      ...all.filter(
        ({ id, state }) => wanted.has(id) && (state === 'connecting' || (hasBegun && state === 'unreachable')),
      ),
      ...(Date.now() < foundBy ? unknown : []),
    ]
    if (away.length === 0 || Date.now() > end) return
    if (!told) tell(`Waits for ${away.map(({ name }) => name).join(', ')} to answer.`)
    await sleep(lookMs, undefined, { signal }).catch(() => undefined)
  }
}
