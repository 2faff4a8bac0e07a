import type { containers } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Handlers } from '../../dispatch/index.ts'
import { type CreateData, runCreate } from './create.ts'
import { CutReplacements } from './cut-replacements.ts'
import { containerHandlers } from './operations.ts'
import { type ReplaceData, runReplace } from './replace.ts'
import type { ContainerRoom } from './room.ts'
import { openChangeStore } from './store.ts'

export { serviceFields } from './draft/compose-text.ts'
export { durationText, sizeText } from './draft/quantities.ts'
export { shellWord } from './draft/shell-words.ts'
export { sealedColumns } from './store.ts'

export interface ContainersParts extends Omit<ContainerRoom, 'changes'> {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
}

export interface Containers {
  readonly handlers: Handlers<typeof containers>
  /** Brings back what a change that was cut off left aside. After `jobs.start()`. */
  start(): void
  close(): void
}

/** Containers beyond what every service can do: forms, changes with a way back, limits, files. Call before `jobs.start()`. */
export function createContainers({ database, secrets, ...parts }: ContainersParts): Containers {
  const room: ContainerRoom = { ...parts, changes: openChangeStore(database, secrets) }
  room.jobs.define('containers.create', (data, job) => runCreate(room, data as CreateData, job))
  room.jobs.define('containers.replace', (data, job) => runReplace(room, data as ReplaceData, job))
  const cut = new CutReplacements(room)
  return { handlers: containerHandlers(room), start: () => cut.start(), close: () => cut.close() }
}
