import type { Client } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { Complaint, usage } from '../failure.ts'
import { action } from '../globals.ts'
import { followJob } from '../live/follow-job.ts'
import { nearestHint } from '../nearest.ts'
import { structured } from '../presentation/output.ts'
import { planChanges, planText, planVerb } from '../presentation/plan.ts'
import { serviceColumns } from '../presentation/services.ts'
import { table } from '../presentation/table.ts'
import { sentenceList } from '../presentation/units.ts'
import { confirm } from '../prompt.ts'
import type { Shell } from '../shell.ts'
import { readStackFile } from '../stack-file.ts'

interface Options {
  target?: string
  file?: string
  dryRun?: boolean
  yes?: boolean
}

/** The target that was named, or the only one that has services of an operating system. */
export async function osTarget(client: Client, name: string | undefined): Promise<string> {
  const { items } = await client.targets.list({ kind: 'os-service', limit: 1000 })
  const names = items.map((target) => target.name)
  const [first, second] = items
  if (name !== undefined) {
    const found = items.find((target) => target.name === name || target.id === name)
    if (found) return found.name
    const hint =
      nearestHint(name, names) || (names.length > 0 ? ` There is ${names.join(', ')}.` : ' None is registered.')
    throw new Complaint(
      'notFound',
      'NOT_FOUND',
      `There is no target "${name}" for services of an operating system.${hint}`,
    )
  }
  if (!first)
    throw new Complaint(
      'notFound',
      'NOT_FOUND',
      'No target runs services of an operating system. wh get targets lists what there is.',
    )
  if (second)
    throw usage(`Several targets run services of an operating system: ${names.join(', ')}. Name one with --target.`)
  return first.name
}

const all = (names: readonly string[]): boolean => names.length === 0 || (names.length === 1 && names[0] === 'all')

async function install(shell: Shell, options: Options, names: readonly string[]): Promise<void> {
  const file = await readStackFile(options.file === undefined ? {} : { file: options.file })
  const { client } = await connect(shell)
  const whole = { ...file, target: await osTarget(client, options.target) }
  const input = all(names) ? whole : { ...whole, services: [...names] }
  if (!all(names)) {
    const { services } = await client.stacks.validate(whole)
    const unknown = names.find((name) => !services.includes(name))
    if (unknown !== undefined)
      throw usage(
        `The file has no service "${unknown}".${nearestHint(unknown, services) || ` There is ${services.join(', ')}.`}`,
      )
  }
  const plan = await client.stacks.plan(input)
  const what = all(names)
    ? `${plan.stack} is`
    : `${sentenceList(names)} of ${plan.stack} ${names.length === 1 ? 'is' : 'are'}`
  if (options.dryRun) {
    if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
    return
  }
  shell.say(planText(plan, shell.talk))
  if (planChanges(plan) > 0) {
    await confirm(shell, `${planVerb(plan, 'Install')} on ${input.target}?`, options.yes)
    const job = await client.stacks.apply({ ...input, digest: plan.digest })
    const quiet = { ...shell, globals: { ...shell.globals, output: 'table' as const } }
    await followJob(quiet, client, job, `${what} installed on ${input.target}.`)
  } else shell.say(`${what} installed as the file says. Nothing to do.`, 'green')
  const { items } = await client.services.list({ stack: plan.stack, target: input.target, limit: 1000, sort: 'name' })
  const shown = all(names) ? items : items.filter((one) => names.includes(one.stackService ?? one.name))
  if (await structured(shell, { items: shown })) return
  if (shell.globals.output === 'name') return shell.write(shown.map((one) => `${one.name}\n`).join(''))
  shell.write(table(serviceColumns, shown, shell.out, { headers: shell.globals.headers !== false }))
}

export function define(command: Command): void {
  command
    .argument('[service...]', 'only these and what they need, by their names in the file; all of them unless told')
    .option('--target <name>', 'a target of kind os-service; the only one unless told')
    .option('-f, --file <file>', 'the stack file or its folder; the one in this folder unless told')
    .option('--dry-run', 'show the plan, change nothing')
    .option('-y, --yes', 'do not ask')
  action(command, install)
}
