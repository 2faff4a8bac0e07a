import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import { followJob } from '../live/follow-job.ts'
import { action } from '../globals.ts'
import { structured } from '../presentation/output.ts'
import { planText } from '../presentation/plan.ts'
import { confirm } from '../prompt.ts'
import { findStack } from '../resolve.ts'
import type { Shell } from '../shell.ts'
import { readStackFile } from '../stack-file.ts'

export interface RemoveOptions {
  file?: string
  target?: string
  volumes?: boolean
  yes?: boolean
  dryRun?: boolean
}

/** Shows what goes and what stays, asks, and follows the job. */
export async function removeStack(shell: Shell, options: RemoveOptions, name: string): Promise<void> {
  const { client } = await connect(shell)
  const stack = await findStack(client, name, options)
  const input = { id: stack.id, ...(options.volumes ? { volumes: true } : {}) }
  if (options.dryRun) {
    const plan = await client.stacks.remove.plan(input)
    if (await structured(shell, plan)) return
    return shell.write(planText(plan, shell.out))
  }
  if (!options.yes) {
    shell.say(planText(await client.stacks.remove.plan(input), shell.talk))
    await confirm(shell, `Remove stack ${stack.name} from ${stack.targetName}?`, options.yes)
  }
  await followJob(
    shell,
    client,
    await client.stacks.remove(input),
    `${stack.name} is removed from ${stack.targetName}.`,
  )
}

async function remove(shell: Shell, options: RemoveOptions, [given]: readonly string[]): Promise<void> {
  const isPath = given !== undefined && /[./]/.test(given) && existsSync(given)
  if (given !== undefined && !isPath) return removeStack(shell, options, given)
  const file = isPath ? given : options.file
  if (file === undefined) throw usage('Name the stack: wh remove <stack>, or wh remove -f <file>.')
  const { client } = await connect(shell)
  const checked = await client.stacks.validate(await readStackFile({ file }))
  if (checked.name === null) throw usage(`${file} does not say what its stack is called. Name it: wh remove <stack>.`)
  return removeStack(shell, options, checked.name)
}

export function define(command: Command): void {
  command
    .argument('[stack]', 'name or id, or the path of its file')
    .option('-f, --file <file>', 'the stack of this file')
    .option('--target <name>', 'on this target')
    .option('--volumes', 'also remove its named volumes, with their data')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, remove)
}
