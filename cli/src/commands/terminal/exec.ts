import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseDuration } from '../../moment.ts'
import { structured } from '../../presentation/output.ts'
import { findInside } from '../../resolve.ts'
import type { Shell } from '../../shell.ts'
import { showTerminal } from '../../live/show-terminal.ts'

interface Options {
  stdin?: boolean
  tty?: boolean
  user?: string
  workdir?: string
  timeout?: string
  target?: string
}

async function exec(shell: Shell, options: Options, [name = '', ...rest]: readonly string[]): Promise<void> {
  const argv = rest[0] === '--' ? rest.slice(1) : rest
  const wantsTerminal = options.tty === true || options.stdin === true || argv.length === 0
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  if (wantsTerminal && !isTerminal)
    throw usage(
      argv.length === 0
        ? 'Name a command: wh exec <service> -- <command>.'
        : '-it needs a terminal on both sides. Without it, leave -it out.',
    )
  const timeoutMs = options.timeout === undefined ? undefined : parseDuration(options.timeout)
  if (timeoutMs === null) throw usage(`--timeout takes a duration such as 10s, not "${options.timeout}".`)
  const connection = await connect(shell)
  const service = await findInside(connection.client, name, options)
  if (wantsTerminal) {
    const user = options.user ? { user: options.user } : {}
    return showTerminal(shell, connection, { kind: 'open', serviceId: service.id, argv, ...user })
  }
  const answer = await connection.client.services.exec({
    id: service.id,
    argv,
    ...(options.user ? { user: options.user } : {}),
    ...(options.workdir ? { workdir: options.workdir } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  if (!(await structured(shell, answer))) {
    process.stdout.write(answer.stdout)
    process.stderr.write(answer.stderr)
    if (answer.truncated) shell.say('The output was longer than is kept here and is cut.', 'yellow')
  }
  process.exitCode = answer.exitCode
}

export function define(command: Command): void {
  command
    .passThroughOptions()
    .usage('[-it] <service> [--] <command> [args...]')
    .argument('<service>', 'name or id; of a Swarm service the task, such as web.2, or its id')
    .argument('[command...]', 'the command; a shell when there is none')
    .option('-i, --stdin', 'pass on what is typed')
    .option('-t, --tty', 'with a terminal; -it for a shell')
    .option('-u, --user <user>', 'as this user')
    .option('--workdir <folder>', 'in this folder')
    .option('--timeout <duration>', 'how long it may take; 60s unless told')
    .option('--target <name>', 'look for it on this target only; for a task, its Swarm')
  action(command, exec)
}
