import type { Service } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { download } from '../../../api/download.ts'
import type { useMay } from '../../../api/may.ts'
import { nameOf } from '../files/path.ts'
import type { FilePlace } from '../files/place.ts'

/** The files of a container, as far as the person may. They are changed by writing and copying; removing is for a terminal. */
export function placeOfContainer(service: Service, may: ReturnType<typeof useMay>): FilePlace {
  const { id } = service
  const writes = may('files.write', { targetId: service.targetId, serviceId: id })
  return {
    id,
    name: service.name,
    root: service.name,
    list: (path, signal) => client.containers.files({ id, path }, { signal }),
    read: (path, signal) => client.containers.readFile({ id, path }, { signal }),
    write: writes ? (file) => client.containers.writeFile({ id, ...file }) : null,
    upload: writes ? (path, tar) => client.containers.copyIn({ id, path }, tar) : null,
    download: (path) =>
      download(`${path === '/' ? service.name : nameOf(path)}.tar`, () => client.containers.copyOut({ id, path })),
    remove: null,
  }
}
