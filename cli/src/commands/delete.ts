import type { Client } from '@wheelhouse/client'
import type { Plan, Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'
import type { Filters, Noun } from '../nouns/noun.ts'
import { findNoun } from '../nouns/nouns.ts'
import { runBulk } from '../live/run-bulk.ts'
import { structured } from '../presentation/output.ts'
import { planText } from '../presentation/plan.ts'
import { count, sentenceList } from '../presentation/units.ts'
import { confirm } from '../prompt.ts'
import { each } from '../several.ts'
import type { Shell } from '../shell.ts'
import { removeStack } from './remove.ts'

interface Options {
  target?: string
  volumes?: boolean
  yes?: boolean
  dryRun?: boolean
}

interface Removal {
  plan?(client: Client, id: string, options: Options): Promise<Plan>
  run(client: Client, id: string, options: Options): Promise<unknown>
  /** What goes, where there is no plan to say so. */
  readonly goes?: string
}

const volumes = (options: Options): { volumes?: true } => (options.volumes ? { volumes: true } : {})
/** An image with all its names, by the id of its row. */
const imageAt = (id: string): { target: string; image: string } => ({
  target: id.slice(0, id.lastIndexOf(':')),
  image: id,
})
/** Their ids begin with that of their target, which holds no colon. */
const splitId = (id: string): [target: string, own: string] => [
  id.slice(0, id.indexOf(':')),
  id.slice(id.indexOf(':') + 1),
]
const volumeAt = (id: string): { target: string; name: string } => {
  const [target, name] = splitId(id)
  return { target, name }
}
const networkAt = (id: string): { target: string; network: string } => {
  const [target, network] = splitId(id)
  return { target, network }
}
const nodeAt = (id: string): { swarm: string; node: string } => {
  const [swarm, node] = splitId(id)
  return { swarm, node }
}
/** One version, by its own id. */
const objectAt = (id: string): { swarm: string; name: string } => {
  const [swarm, name] = splitId(id)
  return { swarm, name }
}
const removals: Record<string, Removal> = {
  services: {
    plan: (client, id, options) => client.services.remove.plan({ id, ...volumes(options) }),
    run: (client, id, options) => client.services.remove({ id, ...volumes(options) }),
  },
  targets: {
    plan: (client, id) => client.targets.remove.plan({ id }),
    run: (client, id) => client.targets.remove({ id }),
  },
  volumes: {
    plan: (client, id) => client.volumes.remove.plan(volumeAt(id)),
    run: (client, id) => client.volumes.remove(volumeAt(id)),
  },
  networks: {
    plan: (client, id) => client.networks.remove.plan(networkAt(id)),
    run: (client, id) => client.networks.remove(networkAt(id)),
  },
  nodes: {
    plan: (client, id) => client.nodes.remove.plan(nodeAt(id)),
    run: (client, id) => client.nodes.remove(nodeAt(id)),
  },
  secrets: {
    plan: (client, id) => client.swarmSecrets.remove.plan(objectAt(id)),
    run: (client, id) => client.swarmSecrets.remove(objectAt(id)),
  },
  'swarm-configs': {
    plan: (client, id) => client.swarmConfigs.remove.plan(objectAt(id)),
    run: (client, id) => client.swarmConfigs.remove(objectAt(id)),
  },
  backups: {
    plan: (client, id) => client.backups.remove.plan({ id }),
    run: (client, id) => client.backups.remove({ id }),
  },
  configs: {
    plan: (client, id) => client.configs.remove.plan({ id }),
    run: (client, id) => client.configs.remove({ id }),
  },
  certificates: { run: (client, id) => client.certificates.remove({ id }), goes: 'from the list; its files stay' },
  triggers: { run: (client, id) => client.triggers.remove({ id }), goes: 'it does nothing any more' },
  images: {
    plan: (client, id) => client.images.remove.plan(imageAt(id)),
    run: (client, id) => client.images.remove(imageAt(id)),
  },
  registries: {
    plan: (client, id) => client.registries.remove.plan({ id }),
    run: (client, id) => client.registries.remove({ id }),
  },
  notifications: { run: (client, id) => client.notifications.remove({ id }), goes: 'nothing is sent there any more' },
  users: { run: (client, id) => client.users.remove({ id }), goes: 'with all sessions and API tokens' },
  tokens: { run: (client, id) => client.tokens.revoke({ id }), goes: 'whatever uses it is locked out at once' },
  terminals: { run: (client, id) => client.terminals.end({ id }), goes: 'and the command in it is ended' },
  sessions: { run: (client, id) => client.auth.revokeSession({ id }), goes: 'it is signed out at once' },
}

async function show(
  shell: Shell,
  client: Client,
  noun: Noun<unknown>,
  removal: Removal,
  rows: readonly unknown[],
  options: Options,
): Promise<void> {
  if (removal.plan) {
    const plans: Plan[] = []
    for (const row of rows) plans.push(await removal.plan(client, noun.id(row), options))
    if (options.dryRun && (await structured(shell, plans.length === 1 ? plans[0] : { items: plans }))) return
    for (const plan of plans) {
      if (options.dryRun) shell.write(planText(plan, shell.out))
      else shell.say(planText(plan, shell.talk))
    }
  } else shell.say(`This removes ${sentenceList(rows.map((row) => noun.key(row)))}, ${removal.goes ?? 'for good'}.`)
}

async function remove(shell: Shell, options: Options, [word = '', ...names]: readonly string[]): Promise<void> {
  const noun = findNoun(word)
  if (noun.name === 'stacks') {
    for (const name of names) await removeStack(shell, options, name)
    return
  }
  const removal = removals[noun.name]
  if (!removal)
    throw usage(`${noun.name} cannot be deleted. ${sentenceList(['stacks', ...Object.keys(removals)], 20)} can.`)
  const { client } = await connect(shell)
  const filters: Filters = options.target ? { target: options.target } : {}
  const rows: unknown[] = []
  for (const name of names) rows.push(await noun.one(client, name, filters))
  if (noun.name === 'services' && rows.length > 1) {
    const services = rows as Service[]
    const asks = !options.yes
    return runBulk(shell, client, {
      act: 'remove',
      services,
      options: volumes(options),
      asks,
      dryRun: options.dryRun ?? false,
    })
  }
  if (options.dryRun || !options.yes) await show(shell, client, noun, removal, rows, options)
  if (options.dryRun) return
  const kind = rows.length === 1 ? noun.name.replace(/ies$/, 'y').replace(/s$/, '') : ''
  const what = rows.length === 1 ? `${kind} ${noun.key(rows[0])}` : count(rows.length, kind, noun.name)
  await confirm(shell, `Remove ${what}?`, options.yes)
  await each(shell, rows, async (row) => {
    await removal.run(client, noun.id(row), options)
    shell.say(`${noun.key(row)} is removed.`)
  })
}

export function define(command: Command): void {
  command
    .argument(
      '<noun>',
      'service, stack, target, image, volume, network, node, secret, swarm-config, backup, config, certificate, registry, trigger, notification, user, token, terminal or session',
    )
    .argument('<name...>', 'names or ids')
    .option('--target <name>', 'look for them on this target only')
    .option('--volumes', 'also remove volumes with their data')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, remove)
}
