import type { Client } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { requirePlace, sendFrom, writeTo } from '../../derived/transfer.ts'
import { engineOf, findVolume, type OnTarget } from '../../engine/names.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { bytes, count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'
import { pairsOf } from '../../engine/pairs.ts'
import type { Shell } from '../../shell.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]
const onTarget = (command: Command): Command => command.option('--target <name>', 'the target it is on')

interface At {
  readonly client: Client
  readonly target: string
  readonly name: string
}
async function at(shell: Shell, name: string, options: OnTarget): Promise<At> {
  const { client } = await connect(shell)
  const volume = await findVolume(client, name, options)
  return { client, target: volume.targetId, name: volume.name }
}

interface Create extends OnTarget {
  driver?: string
  option?: string[]
  label?: string[]
}

export function defineCreate(command: Command): void {
  onTarget(command.argument('<name>'))
    .option('--driver <name>', 'local unless told')
    .option('--option <key=value>', 'an option of the driver', collect)
    .option('--label <key=value>', 'a label', collect)
  action(command, async (shell, options: Create, [name = '']) => {
    const { client } = await connect(shell)
    const target = await engineOf(client, 'volumes', options)
    const volume = await client.volumes.create({
      target: target.id,
      name,
      ...(options.driver ? { driver: options.driver } : {}),
      ...(options.option ? { options: pairsOf(options.option, '--option') } : {}),
      ...(options.label ? { labels: pairsOf(options.label, '--label') } : {}),
    })
    if (!(await structured(shell, volume))) shell.say(`The volume ${name} was made on ${target.name}.`, 'green')
  })
}

interface Prune extends OnTarget {
  all?: boolean
  yes?: boolean
  dryRun?: boolean
}

export function definePrune(command: Command): void {
  onTarget(command)
    .option('--all', 'also named volumes that nothing uses')
    .option('--dry-run', 'show what would go and what it frees')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Prune) => {
    const { client } = await connect(shell)
    const target = await engineOf(client, 'volumes', options)
    const input = { target: target.id, ...(options.all ? { all: true } : {}) }
    const plan = await client.volumes.prune.plan(input)
    if (options.dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    if (!options.yes) shell.say(planText(plan, shell.talk))
    if (plan.steps.length > 0) await confirm(shell, `Remove ${count(plan.steps.length, 'volume')}?`, options.yes)
    const answer = await client.volumes.prune({ ...input, digest: plan.digest })
    if (await structured(shell, answer)) return
    shell.say(`${count(answer.removed.length, 'volume')} removed, ${bytes(answer.freedBytes)} free.`, 'green')
  })
}

export function defineClone(command: Command): void {
  onTarget(command.argument('<volume>').argument('<new-name>')).option('--to-target <name>', 'on another target')
  action(command, async (shell, options: OnTarget & { toTarget?: string }, [from = '', to = '']) => {
    const { client, ...volume } = await at(shell, from, options)
    const job = await client.volumes.clone({
      ...volume,
      to,
      ...(options.toTarget ? { toTarget: options.toTarget } : {}),
    })
    await followJob(shell, client, job, `${from} is copied to ${to}.`)
  })
}

interface Save extends OnTarget {
  path?: string
  to?: string
}

export function defineSave(command: Command): void {
  onTarget(command.argument('<volume>'))
    .option('--path <path>', 'only this folder or file of it')
    .option('--to <file>', 'where to write the tar, - for standard output')
  action(command, async (shell, options: Save, [name = '']) => {
    requirePlace(options.to)
    const { client, ...volume } = await at(shell, name, options)
    const input = { ...volume, ...(options.path ? { path: options.path } : {}) }
    await writeTo(shell, await client.volumes.save(input, { signal: shell.signal }), options.to)
  })
}

interface Restore extends OnTarget {
  path?: string
  from?: string
  empty?: boolean
  yes?: boolean
}

export function defineRestore(command: Command): void {
  onTarget(command.argument('<volume>'))
    .option('--from <file>', 'the tar, - for standard input; required')
    .option('--path <path>', 'into this folder of it')
    .option('--empty', 'first remove what is in there')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Restore, [name = '']) => {
    const { client, ...volume } = await at(shell, name, options)
    const what = options.empty ? 'and remove all that is in there now' : 'over what is there'
    await confirm(shell, `Put ${options.from ?? ''} into ${name}, ${what}?`, options.yes)
    const input = {
      ...volume,
      ...(options.path ? { path: options.path } : {}),
      ...(options.empty ? { empty: true } : {}),
    }
    const send = (body: Parameters<typeof client.volumes.restore>[1]): Promise<unknown> =>
      client.volumes.restore(input, body, { signal: shell.signal })
    const answer = await sendFrom(shell, options.from, send)
    if (!(await structured(shell, answer))) shell.say(`${name} is restored.`, 'green')
  })
}
