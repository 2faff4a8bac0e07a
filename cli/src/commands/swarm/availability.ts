import type { Node } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { sentenceList } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'
import { each } from '../../several.ts'
import type { Shell } from '../../shell.ts'
import { findNode } from '../../swarm/find.ts'

interface Options {
  target?: string
  dryRun?: boolean
  yes?: boolean
}
type Availability = Node['availability']

const told: Record<Availability, string> = {
  active: 'takes tasks again',
  pause: 'takes no new tasks',
  drain: 'is drained: its tasks move',
}

async function put(
  shell: Shell,
  options: Options,
  names: readonly string[],
  availability: Availability,
): Promise<void> {
  const { client } = await connect(shell)
  const nodes: Node[] = []
  for (const name of names) nodes.push(await findNode(client, name, options.target))
  const change = ({ swarmId: swarm, nodeId: node }: Node) => ({ swarm, node, availability })
  if (options.dryRun || (availability === 'drain' && !options.yes)) {
    const plans = []
    for (const node of nodes) plans.push(await client.nodes.update.plan(change(node)))
    if (options.dryRun && (await structured(shell, plans.length === 1 ? plans[0] : { items: plans }))) return
    for (const plan of plans) {
      if (options.dryRun) shell.write(planText(plan, shell.out))
      else shell.say(planText(plan, shell.talk))
    }
    if (options.dryRun) return
    await confirm(shell, `Drain ${sentenceList(nodes.map(({ hostname }) => hostname))}?`, options.yes)
  }
  const changed = await each(shell, nodes, async (node) => {
    const after = await client.nodes.update(change(node))
    shell.say(`${node.hostname} ${told[availability]}.`, 'green')
    return after
  })
  if (shell.globals.output === 'name') shell.write(changed.map((node) => `${node.hostname}\n`).join(''))
  else await structured(shell, changed.length === 1 ? changed[0] : { items: changed })
}

export const defineAvailability =
  (availability: Availability) =>
  (command: Command): void => {
    command
      .argument('<node...>', 'host names or ids')
      .option('--target <swarm>', 'look for them in this Swarm only')
      .option('--dry-run', 'show what would move, change nothing')
    if (availability === 'drain') command.option('-y, --yes', 'do not ask')
    action(command, (shell, options: Options, names) => put(shell, options, names, availability))
  }
