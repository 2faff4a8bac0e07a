import type { Readable } from 'node:stream'
import type { containers } from '@wheelhouse/contract'
import type { Files } from '@wheelhouse/driver'
import type { CallContext, Handlers } from '../../dispatch/index.ts'
import { refuseBeyond } from '../services/index.ts'
import { listFiles, plainPath, readAhead, readText, whenHere, writeText } from '../volumes/index.ts'
import { type ContainerRoom, reachContainer } from './room.ts'

type FileVerbs = 'files' | 'readFile' | 'writeFile' | 'copyOut' | 'copyIn' | 'changes'

/** Files of containers, running or not. Where a container reaches beyond its walls, its files are those of the host. */
export function fileHandlers({
  registry,
  announce,
  workFolder,
}: ContainerRoom): Pick<Handlers<typeof containers>, FileVerbs> {
  const inside = async (id: string, { caller }: CallContext): Promise<Files> => {
    const { connection, containers: port, nativeId, service } = reachContainer(registry, id)
    await refuseBeyond(caller, service, connection, nativeId)
    return port.files(nativeId)
  }
  return {
    changes: async ({ id }, context) => {
      await inside(id, context)
      const { containers: port, nativeId } = reachContainer(registry, id)
      const found = await port.changes(nativeId)
      const most = 5000
      return { items: found.slice(0, most).map((one) => ({ ...one })), truncated: found.length > most }
    },
    files: async ({ id, path }, context) => listFiles(await inside(id, context), path, context.signal),
    readFile: async ({ id, path }, context) => readText(await inside(id, context), path, context.signal),
    writeFile: async ({ id, ...written }, context) => {
      const file = await writeText(await inside(id, context), id, written, context.signal)
      const { path, sizeBytes, mode } = file
      const { service } = reachContainer(registry, id)
      context.audit({ resource: `service:${id}`, after: { path, sizeBytes, mode } })
      announce({
        type: 'file.written',
        targetId: service.targetId,
        serviceId: id,
        serviceName: service.name,
        actor: context.caller.username,
        message: `${path} was written in ${service.name}.`,
        data: { path, sizeBytes },
      })
      return file
    },
    copyOut: async function* ({ id, path }, context) {
      const place = plainPath(path)
      const stream = await (await inside(id, context)).archive(place, context.signal)
      const name = place === '/' ? reachContainer(registry, id).service.name : place.slice(place.lastIndexOf('/') + 1)
      context.exchange.download(`${name}.tar`, 'application/x-tar')
      yield* readAhead(stream, workFolder)
    },
    copyIn: async ({ id, path }, context, body: Readable) => {
      const place = plainPath(path)
      const files = await inside(id, context)
      const { signal } = context
      await whenHere(body, workFolder, signal, (tar) => files.extract(place, tar, signal))
      const { service } = reachContainer(registry, id)
      context.audit({ resource: `service:${id}`, after: { copiedInto: place } })
      announce({
        type: 'file.written',
        targetId: service.targetId,
        serviceId: id,
        serviceName: service.name,
        actor: context.caller.username,
        message: `Files were copied into ${place} of ${service.name}.`,
        data: { path: place },
      })
      return { ok: true }
    },
  }
}
