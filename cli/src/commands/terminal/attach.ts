import type { Terminal } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { findNoun } from '../../nouns/nouns.ts'
import { showTerminal } from '../../live/show-terminal.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  stdin?: boolean
  tty?: boolean
}

async function attach(shell: Shell, options: Options, [name = '']: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw usage('A terminal needs a terminal on both sides.')
  const connection = await connect(shell)
  // One that was shared is not in the list of those who may not open their own: its whole id is enough.
  const whole = /^[0-9a-f-]{36}$/.test(name)
  const terminalId = whole ? name : ((await findNoun('terminals').one(connection.client, name, {})) as Terminal).id
  await showTerminal(shell, connection, { kind: 'join', terminalId, writes: options.stdin === true })
}

export function define(command: Command): void {
  command
    .argument('<terminal>', 'its id, as wh get terminals lists it, or the service when there is one in it')
    .option('-i, --stdin', 'type as well; without it one only looks on')
    .option('-t, --tty', 'as in kubectl; it is always a terminal')
  action(command, attach)
}
