import type { Client } from '@wheelhouse/client'
import type { BulkAct, Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'
import { parseDuration } from '../moment.ts'
import { structured } from '../presentation/output.ts'
import { actedSentence } from '../presentation/services.ts'
import { findServices } from '../resolve.ts'
import type { Shell } from '../shell.ts'
import { type BulkOptions, runBulk } from '../live/run-bulk.ts'
import { picked, type Pick } from '../pick.ts'

interface Options extends Pick {
  timeout?: string
  signal?: string
  yes?: boolean
  dryRun?: boolean
}
type Act = Exclude<BulkAct, 'remove'>
type Run = (client: Client, id: string, options: BulkOptions) => Promise<Service>

const acts: Record<Act, readonly [done: string, run: Run]> = {
  start: ['started', (client, id) => client.services.start({ id })],
  stop: ['stopped', (client, id, options) => client.services.stop({ id, ...options })],
  restart: ['restarted', (client, id, options) => client.services.restart({ id, ...options })],
  pause: ['paused', (client, id) => client.services.pause({ id })],
  resume: ['resumed', (client, id) => client.services.resume({ id })],
  kill: ['killed', (client, id, options) => client.services.kill({ id, ...options })],
}

function given({ timeout, signal }: Options): BulkOptions {
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout)
  if (timeoutMs === null) throw usage(`--timeout takes a duration such as 500ms, 10s or 5m, not "${timeout}".`)
  return { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(signal ? { signal: signal.toUpperCase() } : {}) }
}

async function act(name: Act, shell: Shell, options: Options, names: readonly string[]): Promise<void> {
  const [done, run] = acts[name]
  const input = given(options)
  const selects = picked(options, names)
  const { client } = await connect(shell)
  if (selects === null && names.length === 1 && !options.dryRun) {
    const [service] = await findServices(client, names, options)
    const after = await run(client, service!.id, input)
    const word = name === 'kill' && input.signal ? `got ${input.signal}` : done
    shell.say(actedSentence(word, after, shell.talk), after.state === 'failed' ? 'red' : undefined)
    if (shell.globals.output === 'name') shell.write(`${after.name}\n`)
    else await structured(shell, after)
    return
  }
  const found = selects === null ? await findServices(client, names, options) : await selects(client)
  // What was named is known to who named it; what a flag picked is shown first.
  const asks = selects !== null && !options.yes
  await runBulk(shell, client, { act: name, services: found, options: input, asks, dryRun: options.dryRun ?? false })
}

export const defineAct =
  (name: Act) =>
  (command: Command): void => {
    command.argument('[service...]', 'names or ids')
    command
      .option('--target <name,…>', 'look for them on these targets only')
      .option('--stack <name>', 'look for them in this stack only')
      .option('-l, --label <key[=value]>', 'instead of names: all with this label')
      .option('--all', 'instead of names: all there are, or all on --target or of --stack')
    if (name === 'stop' || name === 'restart')
      command.option('--timeout <duration>', 'how long it may take before it is killed, such as 10s')
    if (name === 'kill') command.option('-s, --signal <name>', 'SIGKILL unless told')
    command
      .option('--dry-run', 'show what would be done with each')
      .option('-y, --yes', 'do not ask where a flag has picked them')
    action(command, (shell, options: Options, names) => act(name, shell, options, names))
  }
