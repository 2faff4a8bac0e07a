import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import type { OnTarget } from '../../engine/names.ts'
import { nameOf, pack } from '../../engine/pack.ts'
import { openPlace, type Place, placeOf } from '../../engine/places.ts'
import { unpack } from '../../engine/unpack.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { counted, TransferProgress } from '../../live/transfer-progress.ts'
import { bytes, count } from '../../presentation/units.ts'
import type { Shell } from '../../shell.ts'

async function copyOut(shell: Shell, from: Place, to: string, options: OnTarget): Promise<void> {
  const { client } = await connect(shell)
  const place = await openPlace(client, from, options)
  const progress = new TransferProgress(shell, null)
  const left: string[] = []
  try {
    const body = await place.save(from.path, shell.signal)
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
  const place = await openPlace(client, to, options)
  // As cp does: into a folder that is there, else under the name that was given.
  const folder = to.path.endsWith('/') || (await place.isFolder(to.path))
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
    await place.put(path, body, shell.signal)
  } finally {
    progress.end()
  }
  const goal = `${path === '/' ? '' : path}/${own}`
  shell.say(`${from} is copied to ${goal} of ${place.name}, ${bytes(progress.bytes)}.`, 'green')
  tellLeft(shell, left)
}

function tellLeft(shell: Shell, left: readonly string[]): void {
  if (left.length > 0) shell.say(`Links and devices were left out: ${left.slice(0, 5).join(', ')}.`, 'yellow')
}

export function define(command: Command): void {
  command
    .usage('<from> <to>')
    .argument('<from>', 'a file or folder here, <container>:/path, or volume/<name>:/path')
    .argument('<to>', 'a file or folder here, <container>:/path, or volume/<name>:/path')
    .option('--target <name>', 'the target the container or volume is on')
  action(command, async (shell, options: OnTarget, [from = '', to = '']) => {
    const [source, goal] = [placeOf(from), placeOf(to)]
    if (source && goal) throw usage('One side must be here. wh volume clone copies a volume to another.')
    if (source) return copyOut(shell, source, to, options)
    if (goal) return copyIn(shell, from, goal, options)
    throw usage('Name a container or a volume on one side: wh cp ./conf web:/etc/conf, wh cp ./conf volume/data:/conf.')
  })
}
