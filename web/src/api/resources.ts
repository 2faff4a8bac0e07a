import type { SystemFrame } from '@wheelhouse/contract'
import { queries } from './queries.ts'

/** The first words under which answers about them are kept. */
const kept: Record<Extract<SystemFrame, { kind: 'resources' }>['of'], readonly string[]> = {
  image: ['images'],
  volume: ['volumes'],
  network: ['networks'],
  node: ['nodes', 'swarms', 'placement'],
  // Said of services too: who uses a secret is told from them.
  task: ['tasks', 'rollouts', 'placement', 'nodes', 'swarms', 'swarm-secrets', 'swarm-configs'],
  secret: ['swarm-secrets'],
  config: ['swarm-configs'],
  swarm: ['swarms'],
}
const pauseMs = 250
const waiting = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

function askAgain(words: readonly string[]): void {
  for (const word of words) waiting.add(word)
  timer ??= setTimeout(() => {
    timer = undefined
    for (const each of waiting) void queries.invalidateQueries({ queryKey: [each] })
    waiting.clear()
  }, pauseMs)
}

/** What an engine has beside its services has changed: what is shown of it is asked for again, a burst of changes once. */
export function heardResources(frame: Extract<SystemFrame, { kind: 'resources' }>): void {
  askAgain(kept[frame.of])
}

/** A stretch of the stream is lost: anything may have changed. */
export const missedResources = (): void => askAgain(Object.values(kept).flat())

/** A job that follows a change of a Swarm says how that change goes; when it ends, no task need change. */
export function heardJob(kind: string): void {
  if (kind.startsWith('swarm.')) askAgain(['rollouts'])
}
