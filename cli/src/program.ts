import { Command } from 'commander'
import { domainSummaries, type Word, words } from './catalog/words.ts'
import { verbTable } from './derived/tables.ts'
import { familyOf } from './catalog/families.ts'
import { usage } from './failure.ts'
import { globalOptions } from './globals.ts'
import { nearestHint } from './nearest.ts'

function bare(): Command {
  const program = new Command('wh')
  program
    .description('Deploy, watch and repair everything you run from one place.')
    .usage('<command> [flags]')
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError(false)
    .helpCommand(false)
    .helpOption('-h, --help', 'show help; wh <command> --help for one command')
    .configureHelp({
      // Commander takes the colour out again where there is no terminal.
      styleTitle: (text) => `\u001B[1m${text.replace('Options:', 'Flags:')}\u001B[22m`,
      styleCommandText: (text) => text,
      subcommandTerm: (command) => command.name(),
      // Of `wh` itself they stand at the end, below the commands.
      visibleOptions: (command) => (command.parent ? command.options.filter((option) => !option.hidden) : []),
    })
    // The message is told by `fail` below, in the one form of all errors.
    .configureOutput({ outputError: () => undefined })
  for (const option of globalOptions()) program.addOption(option)
  return program
}

async function addWord(program: Command, word: Word, typed: string | undefined): Promise<void> {
  const command = program.command(word.name).summary(word.summary).description(word.summary).helpGroup(word.group)
  if (word.alias) command.alias(word.alias)
  if (typed === word.name || typed === word.alias) (await word.load()).define(command)
}

const examples = `
Examples:
  wh login                      sign in to the server on this machine
  wh get services -o wide       everything that runs
  wh apply -f wheelhouse.yaml   bring a stack up, after showing the plan
  wh logs web api -f            follow two logs in one
  wh restart -l team=web        everything with a label, on all targets
  wh --target alpha get images  one target alone
  wh deploy --full              build, back up, switch and verify; undone when it fails
  wh rollout undo               bring the release before back
`

/** The flags that every command takes, then examples. */
function foot(): string {
  const options = globalOptions()
  const longest = Math.max(...options.map((option) => option.flags.length))
  const lines = options.map((option) => `  ${option.flags.padEnd(longest)}  ${option.description}`)
  const target = `  ${'--target <name>'.padEnd(longest)}  before the word: for whichever command follows, where it takes one`
  return `\nFlags of every command:\n${[...lines, target].join('\n')}\n${examples}`
}

/** Everything can be listed, but only what was typed is built. */
export async function programFor(typed: readonly string[]): Promise<Command> {
  const program = bare()
  const [first, second] = typed
  for (const word of words) await addWord(program, word, first)
  const taken = new Set(words.map((word) => word.name))
  for (const domain of Object.keys(verbTable())) {
    if (taken.has(domain)) continue
    const family = familyOf(domain)
    const name = family?.name ?? domain
    const summary = family?.summary ?? domainSummaries[domain] ?? `Operations on ${domain}`
    const command = program
      .command(name)
      .summary(summary)
      .description(summary)
      .helpGroup(family?.group ?? 'Everything else, wh <noun> <verb>:')
    if (name !== domain) command.alias(domain)
    if (first === name || first === domain)
      await (await import('./derived/command.ts')).defineDomain(command, domain, second, family)
  }
  program.action(() => {
    if (first === undefined) return program.help()
    const names = program.commands.map((command) => command.name())
    throw usage(`wh has no command "${first}".${nearestHint(first, names)} wh --help lists them all.`)
  })
  program.allowExcessArguments(true)
  program.addHelpText('after', foot())
  return program
}
