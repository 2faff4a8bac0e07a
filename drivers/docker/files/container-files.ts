import type { Files } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { ArchiveFiles } from './archive-files.ts'

/** Files of a container, running or not, as it sees them: its own layer, its volumes and what it mounts. */
export function containerFiles(client: EngineClient, id: string): Files {
  return new ArchiveFiles(client, () => Promise.resolve({ id, root: '', release: () => undefined }))
}
