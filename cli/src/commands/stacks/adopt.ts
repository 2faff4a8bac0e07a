import type { Client } from '@wheelhouse/client'
import type { Stack } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { readFile } from 'node:fs/promises'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { structured } from '../../presentation/output.ts'
import { planChanges, planText } from '../../presentation/plan.ts'
import { confirm } from '../../prompt.ts'
import { findStack } from '../../resolve.ts'
import type { Shell } from '../../shell.ts'

interface Where {
  target?: string
}
type Draft = Awaited<ReturnType<Client['stacks']['draft']>>

const addStack = (command: Command): Command =>
  command.argument('<stack>', 'name or id').option('--target <name>', 'on this target')

function tell(shell: Shell, { from, kept, notes, directory }: Draft): void {
  shell.say(from === 'files' ? `This is the file in ${directory ?? '/'}.` : 'This is written from what runs.', 'dim')
  for (const note of notes) shell.say(note, 'dim')
  if (kept.length === 0) return
  const names = kept.map(({ service, variable }) => `${variable} of ${service}`).join(', ')
  shell.say(`Kept as they are and not shown: ${names}.`, 'dim')
}

async function draftOf(client: Client, name: string, where: Where): Promise<{ stack: Stack; draft: Draft }> {
  const stack = await findStack(client, name, where)
  return { stack, draft: await client.stacks.draft({ id: stack.id }) }
}

export function defineDraft(command: Command): void {
  addStack(command)
  action(command, async (shell, options: Where, [name = '']) => {
    const { client } = await connect(shell)
    const { draft } = await draftOf(client, name, options)
    if (await structured(shell, draft)) return
    tell(shell, draft)
    shell.write(draft.source)
  })
}

interface Adopt extends Where {
  file?: string
  reason?: string
  dryRun?: boolean
  yes?: boolean
}

export function defineAdopt(command: Command): void {
  addStack(command)
    .option('-f, --file <file>', 'this file in place of the drafted one')
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'show the plan, change nothing')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Adopt, [name = '']) => {
    const { client } = await connect(shell)
    const { stack, draft } = await draftOf(client, name, options)
    const input = {
      source: options.file === undefined ? draft.source : await readFile(options.file, 'utf8'),
      format: draft.format,
      name: stack.name,
      target: stack.targetId,
      adopt: true,
      ...(draft.directory === null ? {} : { directory: draft.directory }),
      ...(Object.keys(draft.files).length > 0 ? { files: draft.files } : {}),
    }
    const plan = await client.stacks.plan(input)
    if (options.dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    tell(shell, draft)
    shell.say(planText(plan, shell.talk))
    const changes = planChanges(plan)
    const what = changes === 0 ? 'nothing is restarted' : `${changes} of its parts change`
    await confirm(shell, `Adopt ${stack.name} on ${stack.targetName}? Then ${what}.`, options.yes)
    const job = await client.stacks.apply({ ...input, digest: plan.digest, reason: options.reason })
    await followJob(shell, client, job, `${stack.name} is managed from here now.`)
  })
}
