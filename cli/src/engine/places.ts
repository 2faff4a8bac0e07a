import type { Client, UploadBody } from '@wheelhouse/client'
import { findContainer } from './containers.ts'
import { findVolume, type OnTarget } from './names.ts'

/** A path in a volume or a container, as it is typed. */
export interface Place {
  readonly of: 'volume' | 'container'
  readonly name: string
  readonly path: string
}

/**
 * `volume/name:/path`, `volume/target/name:/path`, `container/name:/path`, or `name:/path` for a container. Null for what is here: a
 * path that begins with a dot or a slash, or has no colon.
 */
export function placeOf(text: string): Place | null {
  const match = /^(?:(volumes?|containers?|services?)\/)?([^:]+):(.*)$/.exec(text)
  if (!match || /^[./~]/.test(text)) return null
  const [, noun = 'container', name = '', path = ''] = match
  return {
    of: noun.startsWith('volume') ? 'volume' : 'container',
    name,
    path: path.startsWith('/') ? path : `/${path}`,
  }
}

/** The files of one volume or container, for copying. */
export interface OpenPlace {
  readonly name: string
  save(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
  put(path: string, body: UploadBody, signal: AbortSignal): Promise<unknown>
  isFolder(path: string): Promise<boolean>
}

const answers = (asked: Promise<unknown>): Promise<boolean> =>
  asked.then(
    () => true,
    () => false,
  )

export async function openPlace(client: Client, place: Place, options: OnTarget): Promise<OpenPlace> {
  if (place.of === 'volume') {
    const { targetId: target, name } = await findVolume(client, place.name, options)
    return {
      name,
      save: (path, signal) => client.volumes.save({ target, name, path }, { signal }),
      put: (path, body, signal) => client.volumes.restore({ target, name, path }, body, { signal }),
      isFolder: (path) => answers(client.volumes.files({ target, name, path })),
    }
  }
  const { id, name } = await findContainer(client, place.name, options)
  return {
    name,
    save: (path, signal) => client.containers.copyOut({ id, path }, { signal }),
    put: (path, body, signal) => client.containers.copyIn({ id, path }, body, { signal }),
    isFolder: (path) => answers(client.containers.files({ id, path })),
  }
}
