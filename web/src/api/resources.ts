import type { SystemFrame } from '@wheelhouse/contract'
import { queries } from './queries.ts'

/** The first word under which answers about them are kept. */
const kept: Partial<Record<Extract<SystemFrame, { kind: 'resources' }>['of'], string>> = {
  image: 'images',
  volume: 'volumes',
  network: 'networks',
}
const pauseMs = 250
const waiting = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** What an engine has beside its services has changed: what is shown of it is asked for again, a burst of changes once. */
export function heardResources(frame: Extract<SystemFrame, { kind: 'resources' }>): void {
  const word = kept[frame.of]
  if (word === undefined) return
  waiting.add(word)
  timer ??= setTimeout(() => {
    timer = undefined
    for (const each of waiting) void queries.invalidateQueries({ queryKey: [each] })
    waiting.clear()
  }, pauseMs)
}
