import { run } from '../command.ts'
import { end, isAlive } from '../daemon.ts'
import { recall } from '../place.ts'
import { inNamespace } from './namespace.ts'
import { setLink } from './network.ts'
import { engineOf, execRoot, launchEngine, type NodeName } from './node.ts'

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

/**
 * Removes what a killed engine left of overlay networks. Every new Swarm begins with the same network numbers, and a task of it does not
 * start where one is taken: "error creating vxlan interface: file exists". To be called while the engine is down.
 */
export async function dropOverlays(name: NodeName): Promise<void> {
  const holder = memory().processes[name]
  if (isAlive(holder)) await run(...inNamespace(holder, 'sh', '-c', drop, 'sh', execRoot(name)))
}

const dropHere = 'ip -o link show type vxlan | cut -d: -f2 | cut -d@ -f1 | xargs -r -n1 ip link delete'
const drop = `
  ${dropHere}
  for space in "$1"/netns/* /run/docker/netns/*; do
    [ -e "$space" ] && nsenter --net="$space" sh -c '${dropHere}' 2>/dev/null
  done
  true
`

function memory() {
  const known = recall()
  if (!known) throw new Error('The lab is not up: npm run lab -- up')
  return known
}
