import type { Volume } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import type { useMay } from '../../../api/may.ts'
import type { FilePlace } from '../files/place.ts'
import { download } from './download.ts'

/** The files of a volume, as far as the person may. */
export function placeOfVolume(volume: Volume, may: ReturnType<typeof useMay>): FilePlace {
  const at = { target: volume.targetId, name: volume.name }
  const place = { targetId: volume.targetId }
  const writes = may('files.write', place)
  return {
    id: volume.id,
    name: volume.name,
    root: volume.anonymous ? volume.name.slice(0, 12) : volume.name,
    list: (path, signal) => client.volumes.files({ ...at, path }, { signal }),
    read: (path, signal) => client.volumes.readFile({ ...at, path }, { signal }),
    write: writes ? (file) => client.volumes.writeFile({ ...at, ...file }) : null,
    upload: may('volumes.manage', place) ? (path, tar) => client.volumes.restore({ ...at, path }, tar) : null,
    download: (path) => download(volume, path),
    remove: writes
      ? {
          plan: (path) => client.volumes.removeFile.plan({ ...at, path }),
          run: (path) => client.volumes.removeFile({ ...at, path }),
        }
      : null,
  }
}
