import { type Command, Option } from 'commander'
import { type Globals, outputForms, type Shell, shellOf } from './shell.ts'

/** Names of the flags above that take a value, so that the typed word can be found among them. */
export const valued = new Set(['-o', '--output', '--color', '--context', '--server', '--token-file'])

export function globalOptions(): Option[] {
  return [
    new Option(`-o, --output <${outputForms.join('|')}>`, 'how to print'),
    new Option('--no-headers', 'tables without their head'),
    new Option('--color <auto|always|never>', 'colours'),
    new Option('--context <name>', 'use this context for once'),
    new Option('--server <url>', 'use this server for once'),
    new Option('--token-file <file>', 'read the API token from a file'),
  ]
}

/** They stand in the help of `wh` alone, but every command takes them. */
export function withGlobals(command: Command): Command {
  for (const option of globalOptions()) command.addOption(option.hideHelp())
  return command
}

/** What was given before and after the word; what stands nearer to it wins, defaults never do. */
function globalsOf(command: Command): Globals {
  const chain: Command[] = []
  for (let one: Command | null = command; one; one = one.parent) chain.unshift(one)
  const found: Record<string, unknown> = {}
  for (const one of chain)
    for (const [key, value] of Object.entries(one.opts()))
      if (ours.has(key) && one.getOptionValueSource(key) !== 'default') found[key] = value
  return found
}

const ours: ReadonlySet<string> = new Set(globalOptions().map((option) => option.attributeName()))
const controller = new AbortController()

let held: (() => boolean) | null = null

/** While it is held, Ctrl-C asks `answer` first: true, and the process goes on. Gives back how to let go. */
export function holdInterrupt(answer: () => boolean): () => void {
  held = answer
  return () => {
    held = null
  }
}

/** Ctrl-C: whoever shows something live tidies up (at once, in its listener), then the process ends. */
export function endOnInterrupt(): void {
  process.on('SIGINT', () => {
    if (held?.()) return
    controller.abort()
    process.exit(130)
  })
}

/** Binds the body of a command: it gets the terminal, its options and its arguments. */
export function action(
  command: Command,
  body: (shell: Shell, options: never, args: readonly string[]) => Promise<void>,
): void {
  withGlobals(command).action(() => {
    const own = Object.entries(command.opts()).filter(([key]) => !ours.has(key))
    return body(shellOf(globalsOf(command), controller.signal), Object.fromEntries(own) as never, command.args)
  })
}
