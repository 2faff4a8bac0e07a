import type { Node, Swarm, Task } from '@wheelhouse/contract'
import { plural } from '../../../ui/format/number.ts'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

const taskGlyphs: Record<Task['state'], GlyphState> = {
  new: 'queued',
  // Nothing can take it yet: somebody may have to act.
  pending: 'degraded',
  assigned: 'starting',
  accepted: 'starting',
  preparing: 'starting',
  ready: 'starting',
  starting: 'starting',
  running: 'running',
  complete: 'succeeded',
  shutdown: 'stopped',
  failed: 'failed',
  rejected: 'failed',
  remove: 'stopped',
  orphaned: 'unknown',
}
export const taskGlyph = (task: Pick<Task, 'state'>): GlyphState => taskGlyphs[task.state]

/** `web.3`, or `web.n2` for one of a global service. */
export const taskName = (task: Pick<Task, 'serviceName' | 'slot' | 'nodeName' | 'id'>): string =>
  `${task.serviceName}.${task.slot ?? task.nodeName ?? task.id.slice(0, 8)}`

export function nodeGlyph(node: Pick<Node, 'state' | 'availability' | 'reachability'>): GlyphState {
  if (node.state === 'down') return 'failed'
  if (node.state !== 'ready') return 'unknown'
  if (node.reachability !== null && node.reachability !== 'reachable') return 'degraded'
  return node.availability === 'active' ? 'running' : 'paused'
}

/** What it is beyond ready and active, in a word; null where it is nothing more. */
export function nodeWord(node: Pick<Node, 'state' | 'availability' | 'reachability'>): string | null {
  if (node.state !== 'ready') return node.state
  if (node.reachability !== null && node.reachability !== 'reachable') return 'not reached by the other managers'
  if (node.availability === 'active') return null
  return node.availability === 'drain' ? 'drained' : 'paused'
}

export const roleWord = (node: Pick<Node, 'role' | 'leader'>): string => (node.leader ? 'manager, leads' : node.role)

export function swarmGlyph(swarm: Swarm): GlyphState {
  if (!swarm.quorum) return 'failed'
  if (swarm.stale) return 'unknown'
  return swarm.reachableManagers < swarm.managers ? 'degraded' : 'running'
}
export function swarmWord(swarm: Swarm): string {
  if (!swarm.quorum) return 'no quorum'
  if (swarm.stale) return 'not heard'
  return swarm.reachableManagers < swarm.managers
    ? `${swarm.reachableManagers} of ${plural(swarm.managers, 'manager')} reached`
    : 'quorum'
}

const order: readonly Task['state'][] = ['failed', 'rejected', 'orphaned', 'pending', 'new', 'starting', 'running']
/** "2 failed, 5 running", the worst first. */
export function taskCounts(tasks: Readonly<Record<string, number>>): string {
  const rank = (state: string): number => {
    const at = (order as readonly string[]).indexOf(state)
    return at < 0 ? 5.5 : at
  }
  const told = Object.entries(tasks)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([state, count]) => `${count} ${state}`)
  return told.length === 0 ? 'none' : told.join(', ')
}

export const cores = (value: number): string => {
  const rounded = Math.round(value * 100) / 100
  return `${rounded} ${rounded === 1 ? 'core' : 'cores'}`
}
