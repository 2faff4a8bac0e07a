import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findBackup } from '../../delivery/names.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { parseDuration, wholeNumber } from '../../moment.ts'
import { structured } from '../../presentation/output.ts'
import { planChanges, planText } from '../../presentation/plan.ts'
import { bytes, count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'

interface Restore {
  dryRun?: boolean
  skipDatabase?: boolean
  skipFiles?: boolean
  force?: boolean
  yes?: boolean
}

export function defineRestore(command: Command): void {
  command
    .argument('<backup>', 'its id, such as 2026-02-15_14-30-00')
    .option('--dry-run', 'show what would be overwritten, change nothing')
    .option('--skip-database', 'leave the databases as they are')
    .option('--skip-files', 'leave uploads and volumes as they are')
    .option('--force', 'do not ask')
    .option('-y, --yes', 'the same')
  action(command, async (shell, options: Restore, [name = '']) => {
    const { client } = await connect(shell)
    const { id, stack, environment } = await findBackup(client, name)
    const input = { id, skipDatabase: options.skipDatabase, skipFiles: options.skipFiles }
    const sure = options.force === true || options.yes === true
    if (options.dryRun || !sure) {
      const plan = await client.backups.restore.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
      await confirm(shell, `Restore ${stack} ${environment} from ${id}?`, sure)
    }
    await followJob(
      shell,
      client,
      await client.backups.restore(input),
      `${stack} ${environment} is as it was in ${id}.`,
    )
  })
}

interface Cleanup {
  olderThan?: string
  keepMinimum?: string
  stack?: string
  environment?: string
  dryRun?: boolean
  yes?: boolean
}

/** `30d`, `12h`, or a bare number of days. */
function daysOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  const ms = parseDuration(text)
  if (ms === null) throw usage(`--older-than takes an age such as 30d, 12h or 4w, not "${text}".`)
  return ms / 86_400_000
}

export function defineCleanup(command: Command): void {
  command
    .option('--older-than <age>', 'only what is older: 30d, 4w; 30d unless told')
    .option('--keep-minimum <n>', 'newest ones to keep of each stack; 5 unless told')
    .option('--stack <name>', 'of this stack only')
    .option('-e, --environment <name>', 'of this environment only')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Cleanup) => {
    const input = {
      stack: options.stack,
      environment: options.environment,
      olderThanDays: options.olderThan === undefined ? undefined : daysOf(options.olderThan),
      keepMinimum:
        options.keepMinimum === undefined ? undefined : wholeNumber(options.keepMinimum, '--keep-minimum', 0),
    }
    const { client } = await connect(shell)
    if (options.dryRun || !options.yes) {
      const plan = await client.backups.cleanup.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
      if (planChanges(plan) === 0) return
      await confirm(shell, `Remove ${count(planChanges(plan), 'backup')}?`, options.yes)
    }
    const answer = await client.backups.cleanup(input)
    if (await structured(shell, answer)) return
    if (shell.globals.output === 'name') return shell.write(answer.removed.map((id) => `${id}\n`).join(''))
    shell.say(`${count(answer.removed.length, 'backup')} removed, ${bytes(answer.freedBytes)} free again.`)
  })
}
