import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findVolume, type OnTarget } from '../../engine/names.ts'
import { nameOf, pack } from '../../engine/pack.ts'
import { unpack } from '../../engine/unpack.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { counted, TransferProgress } from '../../live/transfer-progress.ts'
import { bytes, count } from '../../presentation/units.ts'
import { findService } from '../../resolve.ts'
import type { Shell } from '../../shell.ts'

interface Place {
  readonly on: 'volume' | 'service'
  readonly name: string
  readonly path: string
}

/** `volume/name:/path`, `volume/target/name:/path` or `service:/path`; null for what is here. */
export function placeOf(text: string): Place | null {
  const [, name = '', path = ''] = /^volumes?\/([^:]+):(.*)$/.exec(text) ?? []
  if (name !== '') return { on: 'volume', name, path: path.startsWith('/') ? path : `/${path}` }
  // With the slash, so that C:\\ and names with a colon stay what they are; a path here may begin with ./ in any case.
  const [, service = '', there = ''] = /^([^/\\.][^/\\]+):(\/.*)$/.exec(text) ?? []
  return service === '' ? null : { on: 'service', name: service, path: there }
}

/** Files of a volume or of a container, by path. */
interface Store {
  readonly name: string
  out(path: string): Promise<ReadableStream<Uint8Array>>
  into(path: string, body: ReadableStream<Uint8Array>): Promise<unknown>
  list(path: string): Promise<unknown>
}

async function storeOf(shell: Shell, place: Place, options: OnTarget): Promise<Store> {
  const { client } = await connect(shell)
  const { signal } = shell
  if (place.on === 'service') {
    const { id, name } = await findService(client, place.name, options)
    return {
      name,
      out: (path) => client.containers.copyOut({ id, path }, { signal }),
      into: (path, body) => client.containers.copyIn({ id, path }, body, { signal }),
      list: (path) => client.containers.files({ id, path }),
    }
  }
  const { targetId: target, name } = await findVolume(client, place.name, options)
  return {
    name,
    out: (path) => client.volumes.save({ target, name, path }, { signal }),
    into: (path, body) => client.volumes.restore({ target, name, path }, body, { signal }),
    list: (path) => client.volumes.files({ target, name, path }),
  }
}

async function copyOut(shell: Shell, from: Place, to: string, options: OnTarget): Promise<void> {
  const store = await storeOf(shell, from, options)
  const progress = new TransferProgress(shell, null)
  const left: string[] = []
  try {
    const body = await store.out(from.path)
    const files = await unpack(counted(body, progress), to, (one) => left.push(one))
    progress.end()
    shell.say(`${count(files, 'file')} copied to ${to}, ${bytes(progress.bytes)}.`, 'green')
  } finally {
    progress.end()
  }
  tellLeft(shell, left)
}

async function copyIn(shell: Shell, from: string, to: Place, options: OnTarget): Promise<void> {
  const store = await storeOf(shell, to, options)
  // As cp does: into a folder that is there, else under the name that was given.
  const folder = to.path.endsWith('/') || (await isFolder())
  const plain = to.path.replace(/\/+$/, '')
  const at = plain.lastIndexOf('/')
  const [path, own] = folder ? [plain || '/', nameOf(from)] : [plain.slice(0, at) || '/', plain.slice(at + 1)]
  const progress = new TransferProgress(shell, null)
  const left: string[] = []
  try {
    const body = counted(
      pack(from, own, (one) => left.push(one)),
      progress,
    )
    await store.into(path, body)
  } finally {
    progress.end()
  }
  shell.say(
    `${from} is copied to ${path === '/' ? '' : path}/${own} of ${store.name}, ${bytes(progress.bytes)}.`,
    'green',
  )
  tellLeft(shell, left)

  async function isFolder(): Promise<boolean> {
    return store.list(to.path).then(
      () => true,
      () => false,
    )
  }
}

function tellLeft(shell: Shell, left: readonly string[]): void {
  if (left.length > 0) shell.say(`Links and devices were left out: ${left.slice(0, 5).join(', ')}.`, 'yellow')
}

export function define(command: Command): void {
  command
    .usage('<from> <to>')
    .argument('<from>', 'a file or folder here, volume/<name>:/path or <service>:/path')
    .argument('<to>', 'a file or folder here, volume/<name>:/path or <service>:/path')
    .option('--target <name>', 'the target it is on')
  action(command, async (shell, options: OnTarget, [from = '', to = '']) => {
    const [source, goal] = [placeOf(from), placeOf(to)]
    if (source && goal) throw usage('One side must be here. wh volume clone copies a volume to another.')
    if (source) return copyOut(shell, source, to, options)
    if (goal) return copyIn(shell, from, goal, options)
    throw usage('Name a volume or a service on one side: wh cp ./conf volume/shop-data:/conf.')
  })
}
