import { type Command, CommanderError } from 'commander'
import { complaintOf, complaintText, exitCodes, usage } from './failure.ts'
import { endOnInterrupt, valued } from './globals.ts'
import { programFor } from './program.ts'
import { shellOf } from './shell.ts'

/** The words on the line, without flags before or between them; what follows a flag that takes a value is its value. */
function typedWords(argv: readonly string[]): string[] {
  const found: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? ''
    if (argument === '--') break
    if (valued.has(argument)) i += 1
    else if (!argument.startsWith('-')) found.push(argument)
  }
  return found
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return
    const message = error.message.replace(/^error: /, '').replace(/^./, (c) => c.toUpperCase())
    if (error.code === 'commander.help') process.exitCode = exitCodes.usage[0]
    else fail(usage(`${message}${message.endsWith('.') ? '' : '.'} Add --help to see what it takes.`))
    return
  }
  const complaint = complaintOf(error)
  const { talk } = shellOf({}, new AbortController().signal)
  process.stderr.write(complaintText(complaint, talk))
  process.exitCode = exitCodes[complaint.exit][0]
}

async function main(given: readonly string[]): Promise<void> {
  let argv = [...given]
  if (argv[0] === '--version' || argv[0] === '-V') argv = ['version', ...argv.slice(1)]
  if (argv[0] === 'help') argv = [...argv.slice(1), '--help']
  if (argv[0] === '__complete') return (await import('./complete.ts')).complete(argv.slice(1))
  const { rest, target } = takeTarget(argv)
  const typed = typedWords(rest)
  const program = await programFor(typed)
  await program.parseAsync(target === null ? rest : withTarget(program, rest, typed, target), { from: 'user' })
}

/** `wh --target alpha get services`: before the word it is meant for whatever word follows. */
function takeTarget(argv: readonly string[]): { rest: string[]; target: string | null } {
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? ''
    if (argument === '--target' && argv[i + 1] !== undefined)
      return { rest: [...argv.slice(0, i), ...argv.slice(i + 2)], target: argv[i + 1] ?? null }
    if (argument.startsWith('--target='))
      return { rest: [...argv.slice(0, i), ...argv.slice(i + 1)], target: argument.slice('--target='.length) }
    if (valued.has(argument)) i += 1
    else if (!argument.startsWith('-')) break
  }
  return { rest: [...argv], target: null }
}

/** Puts it behind the word or verb that takes it. */
function withTarget(program: Command, argv: readonly string[], typed: readonly string[], target: string): string[] {
  const called = (of: Command, word: string | undefined): Command | undefined =>
    of.commands.find((command) => word !== undefined && (command.name() === word || command.aliases().includes(word)))
  const word = called(program, typed[0])
  const verb = word && called(word, typed[1])
  const command = verb ?? word
  if (!command) return [...argv]
  const takes = command.options.find((option) => option.long === '--target')
  if (!takes) throw usage(`wh ${[typed[0], verb ? typed[1] : ''].join(' ').trim()} takes no --target.`)
  const words = argv.flatMap((argument, index) => (typed.includes(argument) ? [index] : []))
  const at = (words[verb ? 1 : 0] ?? 0) + 1
  return [...argv.slice(0, at), '--target', target, ...argv.slice(at)]
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of the pipe has seen enough: `wh logs web | head`.
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
endOnInterrupt()
await main(process.argv.slice(2)).catch(fail)
