import { CommanderError } from 'commander'
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
  await (await programFor(typedWords(argv))).parseAsync(argv, { from: 'user' })
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of the pipe has seen enough: `wh logs web | head`.
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
endOnInterrupt()
await main(process.argv.slice(2)).catch(fail)
