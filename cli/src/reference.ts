import { type Argument, Command } from 'commander'
import { domainSummaries, words } from './catalog/words.ts'
import { defineVerb } from './derived/command.ts'
import { describeContract } from './derived/describe.ts'
import { kebab } from './derived/model.ts'
import { exitCodes } from './failure.ts'
import { familyOf } from './catalog/families.ts'
import type { Family } from './catalog/family.ts'
import { globalOptions } from './globals.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return `\n${line(heads)}${line(heads.map(() => '---'))}${rows.map(line).join('')}`
}

const argumentText = (argument: Argument): string => {
  const name = argument.name() + (argument.variadic ? '…' : '')
  return argument.required ? `<${name}>` : `[${name}]`
}

function flagRows(command: Command): string[][] {
  return command.options
    .filter((option) => !option.hidden)
    .map((option) => [`\`${option.flags.replaceAll('|', '\\|')}\``, cell(option.description)])
}

function entry(name: string, command: Command): string {
  const usage = [name, ...command.registeredArguments.map(argumentText)].join(' ')
  const about = command.registeredArguments
    .filter((argument) => argument.description)
    .map((argument) => `- \`${argument.name()}\`: ${argument.description}\n`)
  const subs = command.commands.map((sub) => [
    `\`${[name, sub.name(), ...sub.registeredArguments.map(argumentText)].join(' ')}\``,
    cell(sub.description()),
  ])
  const parts = [
    about.length > 0 ? `\n${about.join('')}` : '',
    table(['Flag', ''], flagRows(command)),
    table(['Verb', ''], subs),
  ]
  const below = command.commands
    .filter((sub) => flagRows(sub).length > 0)
    .map((sub) => entry(`${name} ${sub.name()}`, sub).replace('\n### ', '\n#### '))
  return `\n### ${name}\n\n${command.description()}.\n\n    ${usage}\n${parts.join('')}${below.join('')}`
}

async function handWritten(): Promise<string> {
  let text = ''
  for (const group of new Set(words.map((word) => word.group))) {
    text += `\n## ${group.replace(':', '')}\n`
    for (const word of words.filter((one) => one.group === group)) {
      const command = new Command(word.name).description(word.summary)
      ;(await word.load()).define(command)
      text += entry(`wh ${word.name}`, command)
    }
  }
  return text
}

async function familyText(family: Family, rest: (taken: ReadonlySet<string>) => string): Promise<string> {
  const also = family.name === family.domain ? '' : ` \`wh ${family.domain}\` is the same.`
  let text = `\n### wh ${family.name}\n\n${family.summary}.${also}\n`
  if (family.bare) {
    const command = new Command(family.name).description(family.summary)
    ;(await family.bare()).define(command)
    text += table(['Flag', ''], flagRows(command))
  }
  for (const verb of family.verbs) {
    const command = new Command(verb.name).description(verb.summary)
    ;(await verb.load()).define(command)
    text += entry(`wh ${family.name} ${verb.name}`, command).replace('\n### ', '\n#### ')
  }
  return text + rest(new Set(family.verbs.map((verb) => verb.name)))
}

async function derived(): Promise<string> {
  const { verbs, flags } = describeContract()
  let text =
    '\n## Everything else\n\nDerived from the contract: `wh <noun> <verb>`. A bare `wh <noun>` is its `list`.\n'
  for (const [domain, members] of Object.entries(verbs)) {
    const family = familyOf(domain)
    const word = family?.name ?? domain
    const offered = Object.entries(members).filter(([, verb]) => !verb.words)
    const rest = (taken: ReadonlySet<string>): string =>
      offered
        .filter(([name]) => !taken.has(kebab(name)))
        .map(([name, verb]) => {
          const command = new Command(kebab(name)).description(verb.summary)
          defineVerb(command, verb, flags[domain]?.[name] ?? [])
          return entry(`wh ${word} ${kebab(name)}`, command).replace('\n### ', '\n#### ')
        })
        .join('')
    if (family) text += await familyText(family, rest)
    else if (offered.length > 0)
      text += `\n### wh ${domain}\n\n${domainSummaries[domain] ?? `Operations on ${domain}`}.\n${rest(new Set())}`
  }
  return text
}

const opening = `# The wh command

Made from the contract and from the command itself by \`npm run generate\`; change those, not this page.

\`wh <verb> <noun>\` from the checkout: \`npx wh\`. Data goes to standard output, everything else to standard error, so that
a pipe gets data alone. On a terminal, states carry a glyph and tables fit the window; in a pipe they are plain words and
nothing is cut.

## Where it connects

\`wh login [url]\` makes an API token called "wh on <host>" and keeps it in \`$XDG_CONFIG_HOME/wheelhouse/contexts.json\`
(mode 0600). Without a login it looks for a server at http://127.0.0.1:8080. Flags go before the environment, the
environment before the current context. The token of one server is never sent to another.

| Variable | |
| --- | --- |
| \`WHEELHOUSE_URL\` | the server, such as https://wheelhouse.example.org |
| \`WHEELHOUSE_TOKEN\` | the API token to use |
| \`WHEELHOUSE_CONTEXT\` | the context to use |
| \`WHEELHOUSE_COMPLETE_MS\` | how long completion waits for names from the server; 800 unless told |
| \`NO_COLOR\`, \`FORCE_COLOR\` | no colour at all, or colour in a pipe too |
`

/** docs/cli.md: every command with its flags, and the exit codes. */
export async function cliReference(): Promise<string> {
  const everywhere = table(
    ['Flag', ''],
    globalOptions().map((option) => [`\`${option.flags.replaceAll('|', '\\|')}\``, cell(option.description)]),
  )
  const exits = table(
    ['Exit code', ''],
    Object.values(exitCodes).map(([code, about]) => [String(code), about]),
  )
  const passed = '\n`wh exec` passes on the exit code of the command it ran.\n'
  return `${opening}\n## Flags of every command\n${everywhere}\n## Exit codes\n${exits}${passed}${await handWritten()}${await derived()}`
}
