import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { each } from '../../several.ts'
import { findService } from '../../resolve.ts'

interface Options {
  target?: string
  dryRun?: boolean
}

/** `web=3`, as docker takes it. */
function wanted(text: string): { name: string; replicas: number } {
  const [, name = '', number = ''] = /^(.+)=(\d{1,5})$/.exec(text) ?? []
  if (name === '') throw usage(`Say how many tasks: SERVICE=NUMBER, not "${text}".`)
  return { name, replicas: Number(number) }
}

export function define(command: Command): void {
  command
    .argument('<service=number...>', 'such as web=3')
    .option('--target <swarm>', 'look for them in this Swarm only')
    .option('--dry-run', 'show whether they fit, change nothing')
  action(command, async (shell, options: Options, words) => {
    const asked = words.map(wanted)
    const { client } = await connect(shell)
    const where = options.target ? { target: options.target } : {}
    const found: { id: string; replicas: number }[] = []
    for (const { name, replicas } of asked) found.push({ id: (await findService(client, name, where)).id, replicas })
    if (options.dryRun) {
      const plans = []
      for (const one of found) plans.push(await client.swarmServices.scale.plan(one))
      if (await structured(shell, plans.length === 1 ? plans[0] : { items: plans })) return
      for (const plan of plans) shell.write(planText(plan, shell.out))
      return
    }
    const changed = await each(shell, found, async (one) => {
      const rollout = await client.swarmServices.scale(one)
      shell.say(rollout.message)
      return rollout
    })
    if (shell.globals.output === 'name') shell.write(changed.map((one) => `${one.serviceName}\n`).join(''))
    else await structured(shell, changed.length === 1 ? changed[0] : { items: changed })
  })
}
