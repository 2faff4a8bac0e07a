import type { Client } from '@wheelhouse/client'
import type { Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'
import { parseDuration } from '../moment.ts'
import { structured } from '../presentation/output.ts'
import { actedSentence } from '../presentation/services.ts'
import { findServices } from '../resolve.ts'
import type { Shell } from '../shell.ts'
import { each } from '../several.ts'

interface Options {
  target?: string
  stack?: string
  timeout?: string
  signal?: string
}
type Act = 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'kill'
type Run = (client: Client, id: string, options: Options) => Promise<Service>

const timeout = (options: Options): { timeoutMs?: number } => {
  if (options.timeout === undefined) return {}
  const timeoutMs = parseDuration(options.timeout)
  if (timeoutMs === null) throw usage(`--timeout takes a duration such as 500ms, 10s or 5m, not "${options.timeout}".`)
  return { timeoutMs }
}

const acts: Record<Act, readonly [done: string, run: Run]> = {
  start: ['started', (client, id) => client.services.start({ id })],
  stop: ['stopped', (client, id, options) => client.services.stop({ id, ...timeout(options) })],
  restart: ['restarted', (client, id, options) => client.services.restart({ id, ...timeout(options) })],
  pause: ['paused', (client, id) => client.services.pause({ id })],
  resume: ['resumed', (client, id) => client.services.resume({ id })],
  kill: [
    'killed',
    (client, id, { signal }) => client.services.kill({ id, ...(signal ? { signal: signal.toUpperCase() } : {}) }),
  ],
}

async function act(name: Act, shell: Shell, options: Options, names: readonly string[]): Promise<void> {
  const [done, run] = acts[name]
  timeout(options)
  const { client } = await connect(shell)
  const found = await findServices(client, names, options)
  const changed = await each(shell, found, async (service) => {
    const after = await run(client, service.id, options)
    const word = name === 'kill' && options.signal ? `got ${options.signal.toUpperCase()}` : done
    shell.say(actedSentence(word, after, shell.talk), after.state === 'failed' ? 'red' : undefined)
    return after
  })
  if (shell.globals.output === 'name') shell.write(changed.map((service) => `${service.name}\n`).join(''))
  else await structured(shell, changed.length === 1 ? changed[0] : { items: changed })
}

export const defineAct =
  (name: Act) =>
  (command: Command): void => {
    command.argument('<service...>', 'names or ids')
    command
      .option('--target <name>', 'look for them on this target only')
      .option('--stack <name>', 'look for them in this stack only')
    if (name === 'stop' || name === 'restart')
      command.option('--timeout <duration>', 'how long it may take before it is killed, such as 10s')
    if (name === 'kill') command.option('-s, --signal <name>', 'SIGKILL unless told')
    action(command, (shell, options: Options, names) => act(name, shell, options, names))
  }
