import { type Command, Option } from 'commander'
import type { Client, UploadBody } from '@wheelhouse/client'
import { asPerson, personal } from '../as-person.ts'
import { confirm } from '../prompt.ts'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import type { Family } from '../catalog/family.ts'
import { action, withGlobals } from '../globals.ts'
import { nearestHint } from '../nearest.ts'
import { planText } from '../presentation/plan.ts'
import type { Shell } from '../shell.ts'
import { baseInput, inputOf } from './input.ts'
import { resolveArgument } from './argument.ts'
import { caller } from './caller.ts'
import { type Flag, kebab, type Verb } from './model.ts'
import { printResult, printStream } from './print.ts'
import { addSecrets } from './secrets.ts'
import { flagTable, verbTable } from './tables.ts'
import { requirePlace, sendFrom, writeTo } from './transfer.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]

const placeholders: Partial<Record<Flag['kind'], string>> = {
  integer: 'n',
  number: 'n',
  moment: 'time',
  duration: 'duration',
  file: 'file',
  map: 'key=value',
  json: 'json',
}

function optionOf(flag: Flag): Option {
  const about = [flag.about, flag.required ? 'required' : '', flag.nullable ? '"null" clears it' : '']
    .filter(Boolean)
    .join('; ')
  if (flag.kind === 'boolean') return new Option(`--${flag.name}`, about)
  if (flag.kind === 'secret')
    return new Option(`--${flag.name}`, `asks for it without echo${flag.required ? ' (always)' : ''}`)
  const option = new Option(`--${flag.name} <${flag.choices?.join('|') ?? placeholders[flag.kind] ?? 'text'}>`, about)
  if (flag.choices && flag.choices.length > 6) option.flags = `--${flag.name} <name>`
  if (flag.kind === 'list' || flag.kind === 'map') option.argParser(collect)
  return option
}

export function defineVerb(command: Command, verb: Verb, flags: readonly Flag[]): void {
  for (const argument of verb.args) command.argument(`<${argument === 'id' && verb.on ? verb.on : argument}>`)
  for (const flag of flags) if (!flag.fileOnly) command.addOption(optionOf(flag))
  if (personal.has(verb.id) || flags.some((flag) => flag.kind === 'secret'))
    command.option('--password-stdin', 'read secrets from standard input, a line each')
  if (flags.some((flag) => flag.kind === 'json')) {
    command.option('--json <object>', 'the whole input as JSON; flags go over it')
    command.option('-f, --file <file>', 'the whole input from a JSON or YAML file, - for standard input')
  }
  if (verb.upload) command.option('--from <file>', 'what to send, - for standard input; required')
  if (verb.binary) command.option('--to <file>', 'where to write it, - for standard output')
  if (verb.plan) command.option('--dry-run', 'show what would happen, change nothing')
  if (verb.danger === 'destructive') command.option('-y, --yes', 'do not ask')
}

interface Common {
  json?: string
  file?: string
  dryRun?: boolean
  yes?: boolean
  from?: string
  to?: string
}

function demand(flags: readonly Flag[], input: Record<string, unknown>): void {
  const missing = flags.filter((flag) => flag.required && input[flag.field[0] ?? ''] === undefined)
  if (missing.length > 0)
    throw usage(`${missing.map((flag) => `--${flag.name}`).join(', ')} ${missing.length === 1 ? 'is' : 'are'} needed.`)
}

async function run(
  shell: Shell,
  verb: Verb,
  flags: readonly Flag[],
  options: Common,
  args: readonly string[],
): Promise<void> {
  if (verb.binary) requirePlace(options.to)
  const input = await inputOf(flags, options as Record<string, unknown>, await baseInput(options))
  await addSecrets(shell, flags, options as Record<string, unknown>, input)
  demand(flags, input)
  const { client, access } = await connect(shell)
  for (const [index, argument] of verb.args.entries())
    input[argument] = index === 0 ? await resolveArgument(client, verb.on, args[0] ?? '') : args[index]
  const call = caller(client, verb.id)
  if (verb.binary) return writeTo(shell, await call.stream(input, shell.signal), options.to)
  if (verb.stream) return printStream(shell, await call.stream(input, shell.signal))
  if (options.dryRun) return printResult(shell, verb, await call.plan(input))
  if (verb.danger === 'destructive' && !options.yes) {
    if (verb.plan) shell.say(planText(await call.plan(input), shell.talk))
    await confirm(shell, `${verb.summary.replace(/[;:].*/, '')}: ${args.join(' ')}?`, options.yes)
  }
  if (verb.upload) {
    const send = (body: UploadBody): Promise<unknown> => call.upload(input, body, shell.signal)
    return printResult(shell, verb, await sendFrom(shell, options.from, send))
  }
  const run = (as: Client): Promise<unknown> => caller(as, verb.id).run(input, shell.signal)
  const piped = (options as { passwordStdin?: boolean }).passwordStdin === true
  const answer = personal.has(verb.id)
    ? await asPerson(shell, access, client, { piped, known: input.currentPassword }, run)
    : await run(client)
  return printResult(shell, verb, answer)
}

/** `wh <domain> <verb>`: the verbs of one domain, options only of the one that was typed. */
export async function defineDomain(
  command: Command,
  domain: string,
  typed: string | undefined,
  family?: Family,
): Promise<void> {
  const byHand = family?.verbs ?? []
  const verbs = Object.entries(verbTable()[domain] ?? {})
  const offered = verbs.filter(([name, verb]) => !verb.words && !byHand.some((hand) => hand.name === kebab(name)))
  for (const hand of byHand) {
    const sub = command.command(hand.name).description(hand.summary)
    const wanted = hand.name === typed || (typed === undefined && hand.name === 'list')
    if (wanted) (await hand.load()).define(sub)
  }
  const chosen =
    offered.find(([name]) => kebab(name) === typed) ??
    (typed === undefined ? offered.find(([name]) => name === 'list') : undefined)
  const flags = chosen ? (flagTable(domain)[chosen[0]] ?? []) : []
  for (const [name, verb] of offered) {
    const sub = command.command(kebab(name)).description(verb.summary)
    if (chosen?.[0] !== name) continue
    defineVerb(sub, verb, flags)
    action(sub, (shell, options: Common, args) => run(shell, verb, flags, options, args))
  }
  const names = command.commands.map((sub) => sub.name())
  command.allowExcessArguments(true)
  // The value of a flag may look like a verb that is not there, so the bare word takes whatever is no verb.
  if (family?.bare && (typed === undefined || !names.includes(typed))) {
    ;(await family.bare()).define(command)
    return
  }
  withGlobals(command).action(async () => {
    const list = command.commands.find((sub) => sub.name() === 'list')
    if (typed === undefined && list) {
      await list.parseAsync([], { from: 'user' })
      return
    }
    if (typed === undefined) command.help()
    const word = verbs.find(([name]) => kebab(name) === typed)?.[1].words
    const called = command.name()
    const instead = word
      ? ` Use ${word}.`
      : nearestHint(typed, names) || ` There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`
    throw usage(`wh ${called} has no verb "${typed}".${instead}`)
  })
}
