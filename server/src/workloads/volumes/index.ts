import type { volumes } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'
import { type CloneData, runClone } from './clone.ts'
import { volumeHandlers } from './operations.ts'
import type { VolumeParts, VolumeRoom } from './room.ts'
import { VolumeSizes } from './sizes.ts'

export type { VolumeParts } from './room.ts'
export { readAhead } from './read-ahead.ts'
export { whenHere } from './restore.ts'
export { listFiles, plainPath, readText, type Written, writeText } from './files.ts'

export interface Volumes {
  readonly handlers: Handlers<typeof volumes>
  /** Takes over sizes that were counted with the whole disk of an engine. */
  counted(targetId: string, bytes: ReadonlyMap<string, number>): void
  /** Begins to count sizes in the background. */
  start(): void
  close(): void
}

/** Volumes of all engines: lists from the mirror, changes and files on the target. Call before `jobs.start()`. */
export function createVolumes(parts: VolumeParts): Volumes {
  const sizes = new VolumeSizes(parts.registry, parts.log)
  const room: VolumeRoom = { ...parts, sizes }
  parts.jobs.define('volumes.clone', (data, job) => runClone(room, data as CloneData, job))
  return {
    handlers: volumeHandlers(room),
    counted: (targetId, bytes) => sizes.learn(targetId, bytes),
    start: () => sizes.start(),
    close: () => sizes.close(),
  }
}
