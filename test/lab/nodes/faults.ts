import { end, isAlive } from '../daemon.ts'
import { recall } from '../place.ts'
import { setLink } from './network.ts'
import { engineOf, launchEngine, type NodeName } from './node.ts'

/** Faults of nodes of this checkout's lab. Each can be undone, and undoing what is whole is harmless. */

/** Pulls the node's cable: it lives on and hears nobody, and its socket on this machine still answers. */
export function cut(name: NodeName): Promise<void> {
  return setLink(memory(), name, 'down')
}

export function join(name: NodeName): Promise<void> {
  return setLink(memory(), name, 'up')
}

/** Ends the engine; `kill` is what a power cut would be for it. Its containers' processes may outlive it. */
export async function stopEngine(name: NodeName, how: 'stop' | 'kill' = 'stop'): Promise<void> {
  await end(engineOf(name), how === 'stop' ? 'SIGTERM' : 'SIGKILL', 30_000)
}

/** Starts the engine on the data it had, and waits until it answers. */
export async function startEngine(name: NodeName): Promise<void> {
  if (!isAlive(engineOf(name))) await launchEngine(memory(), name)
}

function memory() {
  const known = recall()
  if (!known) throw new Error('The lab is not up: npm run lab -- up')
  return known
}
