import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { engineFor } from '../../images.ts'
import { usage } from '../../failure.ts'
import { parseDuration } from '../../moment.ts'
import { structured } from '../../presentation/output.ts'
import { planChanges, planText } from '../../presentation/plan.ts'
import { bytes, count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'

interface Options {
  target?: string
  all?: boolean
  olderThan?: string
  dryRun?: boolean
  yes?: boolean
}

function ageOf(text: string): number {
  const ms = parseDuration(text)
  if (ms === null) throw usage(`--older-than takes a duration such as 24h or 30d, not "${text}".`)
  return ms
}

export function define(command: Command): void {
  command
    .option('--target <name>', 'on this engine; needed where there are several')
    .option('-a, --all', 'also images with a name; only nameless ones unless told')
    .option('--older-than <duration>', 'made longer ago, such as 24h or 30d')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Options) => {
    const { client } = await connect(shell)
    const target = await engineFor(client, options.target)
    const wish = {
      target: target.id,
      ...(options.all ? { all: true } : {}),
      ...(options.olderThan === undefined ? {} : { olderThanMs: ageOf(options.olderThan) }),
    }
    const plan = options.dryRun || !options.yes ? await client.images.prune.plan(wish) : null
    if (plan !== null) {
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
      if (planChanges(plan) === 0) return
      await confirm(shell, `Remove ${count(planChanges(plan), 'image')} from ${target.name}?`, options.yes)
    }
    // Only what was shown and agreed to.
    const answer = await client.images.prune({ ...wish, ...(plan === null ? {} : { digest: plan.digest }) })
    if (await structured(shell, answer)) return
    shell.say(`${count(answer.removed.length, 'image')} removed, ${bytes(answer.freedBytes)} free again.`)
  })
}
