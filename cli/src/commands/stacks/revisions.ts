import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { wholeNumber } from '../../moment.ts'
import { diffText } from '../../presentation/delivery/diff.ts'
import { structured } from '../../presentation/output.ts'
import { planChanges, planText } from '../../presentation/plan.ts'
import { changeText, revisionColumns } from '../../presentation/delivery/revisions.ts'
import { table } from '../../presentation/table.ts'
import { confirm } from '../../prompt.ts'
import { findStack } from '../../resolve.ts'

interface Where {
  target?: string
}
const numberOf = (text: string | undefined, flag: string): number | undefined =>
  text === undefined ? undefined : wholeNumber(text.replace(/^r/, ''), flag)
const addStack = (command: Command): Command =>
  command.argument('<stack>', 'name or id').option('--target <name>', 'on this target')

export function defineHistory(command: Command): void {
  addStack(command).option('--limit <n>', 'at most this many; 50 unless told')
  action(command, async (shell, options: Where & { limit?: string }, [name = '']) => {
    const limit = numberOf(options.limit, '--limit') ?? 50
    const { client } = await connect(shell)
    const stack = await findStack(client, name, options)
    const page = await client.stacks.revisions({ id: stack.id, limit })
    if (await structured(shell, page)) return
    const { output, headers } = shell.globals
    if (output === 'name') return shell.write(page.items.map((one) => `${one.revision}\n`).join(''))
    if (page.items.length === 0) return shell.say(`${stack.name} was not applied from here.`, 'dim')
    shell.write(table(revisionColumns, page.items, shell.out, { headers: headers !== false, wide: output === 'wide' }))
  })
}

export function defineDiff(command: Command): void {
  addStack(command)
    .option('--from <n>', 'this revision; the one before the other unless told')
    .option('--to <n>', 'and this one; the newest unless told')
  action(command, async (shell, options: Where & { from?: string; to?: string }, [name = '']) => {
    const from = numberOf(options.from, '--from')
    const to = numberOf(options.to, '--to')
    const { client } = await connect(shell)
    const stack = await findStack(client, name, options)
    const answer = await client.stacks.diff({ id: stack.id, from, to })
    if (await structured(shell, answer)) return
    const { diff, changes } = answer
    if (!diff && changes.length === 0)
      return shell.say(`Revisions ${answer.from} and ${answer.to} of ${stack.name} do not differ.`, 'green')
    if (diff) shell.write(diffText(diff, shell.out))
    if (diff === null) shell.say('The files are shown to those who may apply the stack.', 'dim')
    shell.write(changes.map((change) => changeText(change, shell.out)).join(''))
  })
}

interface Back extends Where {
  to: string
  reason?: string
  dryRun?: boolean
  yes?: boolean
}

export function defineRollback(command: Command): void {
  addStack(command)
    .requiredOption('--to <n>', 'number of the revision')
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'show the plan, change nothing')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Back, [name = '']) => {
    const to = wholeNumber(options.to.replace(/^r/, ''), '--to')
    const { client } = await connect(shell)
    const stack = await findStack(client, name, options)
    const input = { id: stack.id, to }
    const plan = await client.stacks.return.plan(input)
    if (options.dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    shell.say(planText(plan, shell.talk))
    if (planChanges(plan) === 0) return shell.say(`${stack.name} runs as in revision ${to}. Nothing to do.`, 'green')
    await confirm(shell, `Return ${stack.name} on ${stack.targetName} to revision ${to}?`, options.yes)
    const job = await client.stacks.return({ ...input, reason: options.reason, digest: plan.digest })
    await followJob(shell, client, job, `${stack.name} runs as in revision ${to} again.`)
  })
}
