import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { engineOf, findNetwork, type OnTarget } from '../../engine/names.ts'
import { pairsOf } from '../../engine/pairs.ts'
import { action } from '../../globals.ts'
import { topologyText } from '../../presentation/engine/networks.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'
import { findService } from '../../resolve.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]
const onTarget = (command: Command): Command => command.option('--target <name>', 'the target it is on')

interface Create extends OnTarget {
  driver?: string
  subnet?: string
  gateway?: string
  internal?: boolean
  attachable?: boolean
  ipv6?: boolean
  option?: string[]
  label?: string[]
}

export function defineCreate(command: Command): void {
  onTarget(command.argument('<name>'))
    .option('--driver <name>', 'bridge unless told')
    .option('--subnet <cidr>', 'such as 10.5.0.0/16')
    .option('--gateway <address>', 'of the subnet')
    .option('--internal', 'without a way out')
    .option('--attachable', 'containers may join an overlay by hand')
    .option('--ipv6', 'with IPv6')
    .option('--option <key=value>', 'an option of the driver', collect)
    .option('--label <key=value>', 'a label', collect)
  action(command, async (shell, options: Create, [name = '']) => {
    const { client } = await connect(shell)
    const target = await engineOf(client, 'networks', options)
    const { driver, internal, attachable, ipv6, subnet, gateway } = options
    const network = await client.networks.create({
      target: target.id,
      name,
      ...(driver ? { driver } : {}),
      ...(internal ? { internal } : {}),
      ...(attachable ? { attachable } : {}),
      ...(ipv6 ? { ipv6 } : {}),
      ...(subnet ? { subnets: [{ subnet, ...(gateway ? { gateway } : {}) }] } : {}),
      ...(options.option ? { options: pairsOf(options.option, '--option') } : {}),
      ...(options.label ? { labels: pairsOf(options.label, '--label') } : {}),
    })
    if (!(await structured(shell, network))) shell.say(`The network ${name} was made on ${target.name}.`, 'green')
  })
}

interface Connect extends OnTarget {
  alias?: string[]
  ip?: string
}

export function defineConnect(command: Command): void {
  onTarget(command.argument('<network>').argument('<service>'))
    .option('--alias <name>', 'a further name it has there', collect)
    .option('--ip <address>', 'its address there')
  action(command, async (shell, options: Connect, [name = '', service = '']) => {
    const { client } = await connect(shell)
    const network = await findNetwork(client, name, options)
    const { id } = await findService(client, service, { target: network.targetId })
    const after = await client.networks.connect({
      target: network.targetId,
      network: network.networkId,
      service: id,
      ...(options.alias ? { aliases: options.alias } : {}),
      ...(options.ip ? { ipv4: options.ip } : {}),
    })
    if (await structured(shell, after)) return
    const address = after.attached.find((one) => one.serviceId === id)?.ipv4
    shell.say(`${service} is in ${network.name}${address ? ` as ${address}` : ''}.`, 'green')
  })
}

export function defineDisconnect(command: Command): void {
  onTarget(command.argument('<network>').argument('<service>')).option('--force', 'also where the container is broken')
  action(command, async (shell, options: OnTarget & { force?: boolean }, [name = '', service = '']) => {
    const { client } = await connect(shell)
    const network = await findNetwork(client, name, options)
    const { id } = await findService(client, service, { target: network.targetId })
    const after = await client.networks.disconnect({
      target: network.targetId,
      network: network.networkId,
      service: id,
      ...(options.force ? { force: true } : {}),
    })
    if (!(await structured(shell, after))) shell.say(`${service} has left ${network.name}.`, 'green')
  })
}

interface Prune extends OnTarget {
  yes?: boolean
  dryRun?: boolean
}

export function definePrune(command: Command): void {
  onTarget(command).option('--dry-run', 'show what would go').option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Prune) => {
    const { client } = await connect(shell)
    const target = await engineOf(client, 'networks', options)
    const plan = await client.networks.prune.plan({ target: target.id })
    if (options.dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    if (!options.yes) shell.say(planText(plan, shell.talk))
    if (plan.steps.length > 0) await confirm(shell, `Remove ${count(plan.steps.length, 'network')}?`, options.yes)
    const answer = await client.networks.prune({ target: target.id, digest: plan.digest })
    if (!(await structured(shell, answer))) shell.say(`${count(answer.removed.length, 'network')} removed.`, 'green')
  })
}

export function defineTopology(command: Command): void {
  command.option('--target <name,…>', 'of these targets').option('--stack <name>', 'of this stack')
  action(command, async (shell, options: OnTarget & { stack?: string }) => {
    const { client } = await connect(shell)
    const { target, stack } = options
    const topology = await client.networks.topology({ ...(target ? { target } : {}), ...(stack ? { stack } : {}) })
    if (await structured(shell, topology)) return
    if (topology.nodes.length === 0) return shell.say('No networks.', 'dim')
    shell.write(topologyText(topology, shell.out))
  })
}
