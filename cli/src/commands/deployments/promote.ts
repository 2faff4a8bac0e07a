import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { goOn } from '../../delivery/follow.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { confirm } from '../../prompt.ts'
import { addRunEnd, addRunFlags, runFlags, type RunOptions } from './flags.ts'

interface Options extends RunOptions {
  from?: string
  to?: string
  release?: string
}

export function define(command: Command): void {
  command
    .argument('<stack>', 'its name')
    .option('--from <environment>', 'where the release serves')
    .option('--to <environment>', 'where it is to serve, with the config of that one')
    .option('--release <n>', 'number of the release; the serving one unless told')
  addRunEnd(addRunFlags(command))
  action(command, async (shell, options: Options, [stack = '']) => {
    const { from, to } = options
    if (from === undefined || to === undefined)
      throw usage('Name both: wh promote <stack> --from staging --to production.')
    const release = options.release === undefined ? undefined : wholeNumber(options.release, '--release')
    const input = { stack, from, to, release, ...runFlags(options) }
    const connection = await connect(shell)
    const { client } = connection
    if (options.dryRun || !options.yes) {
      const plan = await client.deployments.promote.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
      await confirm(shell, `Promote ${stack} from ${from} to ${to}?`, options.yes)
    }
    return goOn(shell, connection, await client.deployments.promote(input), options)
  })
}
