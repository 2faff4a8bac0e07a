import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findRelease } from '../../delivery/names.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { differencesText } from '../../presentation/delivery/releases.ts'
import { structured } from '../../presentation/output.ts'
import { planChanges, planText } from '../../presentation/plan.ts'
import { bytes, count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'
import { each } from '../../several.ts'

const which = 'ids, or stack/environment#number'

const pinning =
  (pinned: boolean) =>
  (command: Command): void => {
    command.argument('<release...>', which)
    action(command, async (shell, _, names) => {
      const { client } = await connect(shell)
      const changed = await each(shell, names, async (name) => {
        const { id } = await findRelease(client, name)
        const after = await client.releases.pin({ id, pinned })
        shell.say(
          `Release ${after.number} of ${after.stack} ${after.environment} is ${pinned ? 'kept until it is unpinned' : 'kept like the others'}.`,
        )
        return after
      })
      await structured(shell, changed.length === 1 ? changed[0] : { items: changed })
    })
  }
export const definePin = pinning(true)
export const defineUnpin = pinning(false)

export function defineCompare(command: Command): void {
  command.argument('<release>', 'id, or stack/environment#number').argument('<with>', 'the other one')
  action(command, async (shell, _, [one = '', other = '']) => {
    const { client } = await connect(shell)
    const [before, after] = await Promise.all([findRelease(client, one), findRelease(client, other)])
    const answer = await client.releases.compare({ id: before.id, with: after.id })
    if (await structured(shell, answer)) return
    if (answer.differences.length === 0) return shell.say('They do not differ.', 'green')
    shell.write(differencesText(answer.differences, shell.out))
  })
}

interface Cleanup {
  stack?: string
  environment?: string
  keep?: string
  dryRun?: boolean
  yes?: boolean
}

export function defineCleanup(command: Command): void {
  command
    .option('--stack <name>', 'of this stack only')
    .option('-e, --environment <name>', 'of this environment only')
    .option('--keep <n>', 'good ones to keep; as the manifest says, else 5')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Cleanup) => {
    const keep = options.keep === undefined ? undefined : wholeNumber(options.keep, '--keep')
    const input = { stack: options.stack, environment: options.environment, keep }
    const { client } = await connect(shell)
    if (options.dryRun || !options.yes) {
      const plan = await client.releases.cleanup.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
      if (planChanges(plan) === 0) return
      await confirm(shell, `Remove ${count(planChanges(plan), 'release')}?`, options.yes)
    }
    const answer = await client.releases.cleanup(input)
    if (await structured(shell, answer)) return
    shell.say(`${count(answer.removed, 'release')} removed, ${bytes(answer.freedBytes)} free again.`)
  })
}
