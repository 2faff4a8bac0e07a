import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { followJob } from '../live/follow-job.ts'
import { action } from '../globals.ts'
import { structured } from '../presentation/output.ts'
import { planChanges, planText, planVerb } from '../presentation/plan.ts'
import { confirm } from '../prompt.ts'
import type { Shell } from '../shell.ts'
import { readStackFile, type StackOptions, withNeeded } from '../stack-file.ts'
import { withObjects } from '../swarm/stack-objects.ts'
import { addStackOptions, withFile } from './plan.ts'

interface Options extends StackOptions {
  dryRun?: boolean
  yes?: boolean
  reason?: string
}

async function apply(shell: Shell, options: Options, [file]: readonly string[]): Promise<void> {
  const read = await readStackFile(withFile(options, file))
  const { client } = await connect(shell)
  const input = await withNeeded(await withObjects(client, read), client)
  const plan = await client.stacks.plan(input)
  if (options.dryRun) {
    if (await structured(shell, plan)) return
    return shell.write(planText(plan, shell.out))
  }
  shell.say(planText(plan, shell.talk))
  if (planChanges(plan) === 0) return shell.say(`${plan.stack} is as the file says. Nothing to do.`, 'green')
  await confirm(shell, `${planVerb(plan, 'Apply')}?`, options.yes)
  // The digest binds the run to the plan that was shown: what changed meanwhile is refused, not guessed.
  const job = await client.stacks.apply({ ...input, digest: plan.digest, reason: options.reason })
  await followJob(shell, client, job, `${plan.stack} is applied. wh get services --stack ${plan.stack} shows it.`)
}

export function define(command: Command): void {
  addStackOptions(command)
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'show the plan, change nothing')
    .option('-y, --yes', 'do not ask')
  action(command, apply)
}
