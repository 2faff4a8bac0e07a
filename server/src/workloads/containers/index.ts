import type { containers } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'
import { type CreateData, runCreate } from './create.ts'
import { CutReplacements } from './cut-replacements.ts'
import { containerHandlers } from './operations.ts'
import { type ReplaceData, runReplace } from './replace.ts'
import type { ContainerParts } from './room.ts'

export type { ContainerParts } from './room.ts'

export interface Containers {
  readonly handlers: Handlers<typeof containers>
  /** Brings back what a change that was cut off left aside. After `jobs.start()`. */
  start(): void
  close(): void
}

/** Containers beyond what every service can do: forms, changes with a way back, limits, files. Call before `jobs.start()`. */
export function createContainers(room: ContainerParts): Containers {
  room.jobs.define('containers.create', (data, job) => runCreate(room, data as CreateData, job))
  room.jobs.define('containers.replace', (data, job) => runReplace(room, data as ReplaceData, job))
  const cut = new CutReplacements(room)
  return { handlers: containerHandlers(room), start: () => cut.start(), close: () => cut.close() }
}
