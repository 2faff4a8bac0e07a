import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findVolume, type OnTarget } from '../../engine/names.ts'
import { nameOf, pack } from '../../engine/pack.ts'
import { unpack } from '../../engine/unpack.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { counted, TransferProgress } from '../../live/transfer-progress.ts'
import { bytes, count } from '../../presentation/units.ts'
import type { Shell } from '../../shell.ts'

interface Place {
  readonly volume: string
  readonly path: string
}

/** `volume/name:/path`, or `volume/target/name:/path`; null for what is here. */
export function placeOf(text: string): Place | null {
  const match = /^(?:volume|volumes)\/([^:]+):(.*)$/.exec(text)
  if (!match) return null
  const [, volume = '', path = ''] = match
  return { volume, path: path.startsWith('/') ? path : `/${path}` }
}

async function copyOut(shell: Shell, from: Place, to: string, options: OnTarget): Promise<void> {
  const { client } = await connect(shell)
  const { targetId: target, name } = await findVolume(client, from.volume, options)
  const progress = new TransferProgress(shell, null)
  const left: string[] = []
  try {
    const body = await client.volumes.save({ target, name, path: from.path }, { signal: shell.signal })
    const files = await unpack(counted(body, progress), to, (one) => left.push(one))
    progress.end()
    shell.say(`${count(files, 'file')} copied to ${to}, ${bytes(progress.bytes)}.`, 'green')
  } finally {
    progress.end()
  }
  tellLeft(shell, left)
}

async function copyIn(shell: Shell, from: string, to: Place, options: OnTarget): Promise<void> {
  const { client } = await connect(shell)
  const { targetId: target, name } = await findVolume(client, to.volume, options)
  const volume = { target, name }
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
    await client.volumes.restore({ ...volume, path }, body, { signal: shell.signal })
  } finally {
    progress.end()
  }
  shell.say(`${from} is copied to ${path === '/' ? '' : path}/${own} of ${name}, ${bytes(progress.bytes)}.`, 'green')
  tellLeft(shell, left)

  async function isFolder(): Promise<boolean> {
    return client.volumes.files({ ...volume, path: to.path }).then(
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
    .argument('<from>', 'a file or folder here, or volume/<name>:/path')
    .argument('<to>', 'a file or folder here, or volume/<name>:/path')
    .option('--target <name>', 'the target the volume is on')
  action(command, async (shell, options: OnTarget, [from = '', to = '']) => {
    const [source, goal] = [placeOf(from), placeOf(to)]
    if (source && goal) throw usage('One side must be here. wh volume clone copies a volume to another.')
    if (source) return copyOut(shell, source, to, options)
    if (goal) return copyIn(shell, from, goal, options)
    throw usage('Name a volume on one side: wh cp ./conf volume/shop-data:/conf.')
  })
}
