import type { Plan } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'
import { structured } from '../presentation/output.ts'
import { planText } from '../presentation/plan.ts'
import { sentenceList } from '../presentation/units.ts'
import { confirm } from '../prompt.ts'
import { findServices } from '../resolve.ts'
import { each } from '../several.ts'
import type { Shell } from '../shell.ts'
import { readStackFile } from '../stack-file.ts'
import { osTarget } from './install.ts'
import { removeStack } from './remove.ts'

interface Options {
  target?: string
  file?: string
  dryRun?: boolean
  yes?: boolean
}

async function uninstall(shell: Shell, options: Options, names: readonly string[]): Promise<void> {
  const { client } = await connect(shell)
  const target = await osTarget(client, options.target)
  if (names.length === 0 || (names.length === 1 && names[0] === 'all')) {
    const checked = await client.stacks.validate(
      await readStackFile(options.file === undefined ? {} : { file: options.file }),
    )
    if (checked.name === null)
      throw usage('The file does not say what its stack is called. Name the services: wh uninstall <service…>.')
    return removeStack(shell, { ...options, target }, checked.name)
  }
  const services = await findServices(client, names, { target })
  if (options.dryRun || !options.yes) {
    const plans: Plan[] = []
    for (const { id } of services) plans.push(await client.services.remove.plan({ id }))
    if (options.dryRun) {
      if (await structured(shell, plans.length === 1 ? plans[0] : { items: plans })) return
      for (const plan of plans) shell.write(planText(plan, shell.out))
      return
    }
    for (const plan of plans) shell.say(planText(plan, shell.talk))
    await confirm(shell, `Uninstall ${sentenceList(services.map((one) => one.name))} from ${target}?`, options.yes)
  }
  await each(shell, services, async ({ id, name }) => {
    await client.services.remove({ id })
    shell.say(`${name} is uninstalled from ${target}.`)
  })
}

export function define(command: Command): void {
  command
    .argument('[service...]', 'only these; the whole stack of the file in this folder unless told')
    .option('--target <name>', 'a target of kind os-service; the only one unless told')
    .option('-f, --file <file>', 'the stack file or its folder; the one in this folder unless told')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, uninstall)
}
