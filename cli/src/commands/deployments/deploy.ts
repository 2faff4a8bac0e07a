import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { goOn } from '../../delivery/follow.ts'
import { atPlace, type Described, describeManifest, listed, manifestPlace, oneOf } from '../../delivery/source.ts'
import { exitCodes, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { nearestHint } from '../../nearest.ts'
import { preflightText } from '../../presentation/delivery/preflight.ts'
import { paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { confirm } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'
import { addRunEnd, addRunFlags, addSource, addVariables, runFlags, type RunOptions, variablesOf } from './flags.ts'

interface Options extends RunOptions {
  full?: boolean
}

/** Apps that were named, as words or as flags of their own (`--backend`). */
function appsOf(words: readonly string[], options: Options, described: Described, flags: readonly string[]): string[] {
  const apps = described.apps.map((app) => app.name)
  const named = words.map((word) => {
    if (!word.startsWith('-')) return word
    const name = word.replace(/^-+/, '')
    if (word.startsWith('--') && apps.includes(name)) return name
    const known = [...flags, ...apps.map((app) => `--${app}`)]
    const made = apps.length > 0 ? ` The apps are ${apps.join(', ')}.` : ' The manifest has no apps.'
    throw usage(`wh deploy has no flag ${word.split('=')[0] ?? word}.${nearestHint(word, known) || made}`)
  })
  const chosen = listed(named).map((name) => oneOf('app', name, apps))
  if (options.full && chosen.length > 0)
    throw usage(`--full is all apps. Leave it out, or leave ${chosen.join(', ')} out.`)
  return chosen
}

function skipped(stages: readonly string[] | undefined, described: Described): void {
  const skippable = described.stages.filter((stage) => stage.skippable).map((stage) => stage.name)
  for (const stage of stages ?? []) {
    if (described.stages.some((one) => one.name === stage && !one.skippable))
      throw usage(`The stage ${stage} cannot be skipped. ${skippable.join(', ')} can.`)
    oneOf('stage', stage, skippable)
  }
}

async function deploy(
  shell: Shell,
  options: Options,
  words: readonly string[],
  flags: readonly string[],
): Promise<void> {
  const place = await manifestPlace(options.file)
  const asked = runFlags(options)
  const variables = variablesOf(options.var)
  const connection = await connect(shell)
  const { client, access } = connection
  const { environment, target } = options
  const described = await describeManifest(client, access.url, place, {
    environment,
    target,
    ...(variables ? { variables } : {}),
  })
  for (const { line, path, message } of described.problems)
    shell.say(`warning: ${[line === null ? '' : `line ${line}`, path].filter(Boolean).join(' ')}: ${message}`, 'yellow')
  const apps = appsOf(words, options, described, flags)
  skipped(asked.skip, described)
  const source = { ...place, environment, target, variables, apps: apps.length > 0 ? apps : undefined }
  const input = { ...source, ...asked }
  if (options.dryRun) {
    const [preflight, plan] = await atPlace(place, access.url, () =>
      Promise.all([client.deployments.check(source), client.deployments.start.plan(input)]),
    )
    if (!preflight.ok) process.exitCode = exitCodes.checks[0]
    if (await structured(shell, { plan, preflight })) return
    shell.write(
      `${planText(plan, shell.out)}\n${paint('Preflight', 'bold', shell.out)}\n${preflightText(preflight, shell.out)}`,
    )
    return
  }
  if (!options.yes) {
    shell.say(planText(await atPlace(place, access.url, () => client.deployments.start.plan(input)), shell.talk))
    const where = described.environment === null ? '' : ` to ${described.environment}`
    // In a pipe nobody can be asked, and what fails undoes itself: a job of continuous integration just deploys.
    if (shell.interactive) await confirm(shell, `Deploy ${described.name ?? 'it'}${where}?`, options.yes)
  }
  const started = await atPlace(place, access.url, () => client.deployments.start(input))
  return goOn(shell, connection, started, options)
}

const more = `
Any app of the manifest is a flag too: --backend is the same as naming backend.
Without an app everything is deployed.

Examples:
  wh deploy --full                           everything: shows the plan, and asks on a terminal
  wh deploy --backend --skip-tests --yes     one app, without its tests, without asking
  wh deploy -e staging --dry-run             the plan and preflight for staging
`

export function define(command: Command): void {
  command.argument('[app...]', 'only these apps; all unless told').option('--full', 'everything: all apps and services')
  addVariables(
    addRunEnd(addRunFlags(addSource(command).option('--target <name>', 'instead of the one the manifest names'))),
  )
  // Apps are flags too, and which there are only the manifest knows: what is unknown here is judged there.
  command.allowUnknownOption(true).addHelpText('after', more)
  const flags = command.options.map((option) => option.long ?? '').filter(Boolean)
  action(command, (shell, options: Options, words) => deploy(shell, options, words, flags))
}
