import type { Client } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { inEditor } from '../../delivery/editor.ts'
import { findVolume, type OnTarget } from '../../engine/names.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { fileColumns } from '../../presentation/engine/volumes.ts'
import { confirm } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'

const onTarget = (command: Command): Command => command.option('--target <name>', 'the target it is on')
const rooted = (path: string): string => (path.startsWith('/') ? path : `/${path}`)

async function volumeAt(
  shell: Shell,
  name: string,
  options: OnTarget,
): Promise<{ client: Client; target: string; name: string }> {
  const { client } = await connect(shell)
  const volume = await findVolume(client, name, options)
  return { client, target: volume.targetId, name: volume.name }
}

export function defineLs(command: Command): void {
  onTarget(command.argument('<volume>').argument('[path]', '/ unless told'))
  action(command, async (shell, options: OnTarget, [name = '', path = '/']) => {
    const { client, ...volume } = await volumeAt(shell, name, options)
    const listing = await client.volumes.files({ ...volume, path: rooted(path) })
    if (await structured(shell, listing)) return
    const { output, headers } = shell.globals
    if (output === 'name') return shell.write(listing.entries.map((entry) => `${entry.path}\n`).join(''))
    if (listing.entries.length === 0) return shell.say(`${listing.path} is empty.`, 'dim')
    shell.write(table(fileColumns, listing.entries, shell.out, { headers: headers !== false }))
    if (listing.truncated) shell.say('There is more than is listed here.', 'yellow')
  })
}

export function defineCat(command: Command): void {
  onTarget(command.argument('<volume>').argument('<path>'))
  action(command, async (shell, options: OnTarget, [name = '', path = '']) => {
    const { client, ...volume } = await volumeAt(shell, name, options)
    const file = await client.volumes.readFile({ ...volume, path: rooted(path) })
    if (!(await structured(shell, file))) process.stdout.write(file.text)
  })
}

export function defineEdit(command: Command): void {
  onTarget(command.argument('<volume>').argument('<path>'))
  action(command, async (shell, options: OnTarget, [name = '', path = '']) => {
    const { client, ...volume } = await volumeAt(shell, name, options)
    const file = await client.volumes.readFile({ ...volume, path: rooted(path) })
    const own = file.path.slice(file.path.lastIndexOf('/') + 1).replace(/[^\w.-]/g, '_')
    const text = await inEditor(own, file.text, (edit) => edit())
    if (text === file.text) return shell.say('Nothing was changed.', 'dim')
    const { path: place, digest, mode } = file
    await client.volumes.writeFile({ ...volume, path: place, text, digest, mode: mode.slice(-3) })
    shell.say(`${place} is written.`, 'green')
  })
}

interface Remove extends OnTarget {
  yes?: boolean
  dryRun?: boolean
}

export function defineRm(command: Command): void {
  onTarget(command.argument('<volume>').argument('<path>', 'a file, or a folder with all that is in it'))
    .option('--dry-run', 'show what would go')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Remove, [name = '', path = '']) => {
    if (rooted(path) === '/') throw usage(`To remove all of it: wh delete volume ${name}.`)
    const { client, ...volume } = await volumeAt(shell, name, options)
    const input = { ...volume, path: rooted(path) }
    if (options.dryRun || !options.yes) {
      const plan = await client.volumes.removeFile.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
    }
    await confirm(shell, `Remove ${input.path} from ${name}?`, options.yes)
    await client.volumes.removeFile(input)
    shell.say(`${input.path} is removed.`)
  })
}
