import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'
import { findContainer } from '../engine/containers.ts'
import { processColumns, processRows } from '../presentation/engine/processes.ts'
import { structured } from '../presentation/output.ts'
import { topServiceColumns } from '../presentation/services.ts'
import { table } from '../presentation/table.ts'
import { targetColumns } from '../presentation/targets.ts'
import { paint } from '../presentation/look.ts'
import { Screen } from '../live/screen.ts'
import type { Shell } from '../shell.ts'

interface Options {
  sort?: string
  target?: string
  stack?: string
  once?: boolean
}
type Sort = 'cpu' | 'memory' | 'name'

/** The table as text, and its answer for json. */
interface View {
  readonly answer: unknown
  readonly text: string
}

const orders: readonly Sort[] = ['cpu', 'memory', 'name']

async function services(shell: Shell, client: Client, options: Options, sort: Sort): Promise<View> {
  const answer = await client.services.list({
    sort,
    limit: 1000,
    // Readings are of containers; a Swarm service has none.
    tasks: true,
    ...(options.target ? { target: options.target } : {}),
    ...(options.stack ? { stack: options.stack } : {}),
  })
  const shown = answer.items.filter((service) => !['stopped', 'unknown'].includes(service.state))
  const states = Object.entries(answer.states)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${n} ${state}`)
  const head = shell.out.glyphs ? `${paint('wh top', 'bold', shell.out)}  ${states.join(', ')}  by ${sort}\n\n` : ''
  return {
    answer,
    text: head + table(topServiceColumns, shown, shell.out, { headers: shell.globals.headers !== false }),
  }
}

async function targets(shell: Shell, client: Client): Promise<View> {
  const answer = await client.targets.list({ limit: 1000 })
  const look = { ...shell.out, width: shell.out.width }
  return {
    answer,
    text: table(targetColumns, answer.items, look, { headers: shell.globals.headers !== false, wide: true }),
  }
}

/** The processes of one container, for which the word is its name. */
async function processes(shell: Shell, client: Client, id: string): Promise<View> {
  const answer = await client.containers.top({ id })
  const headers = shell.globals.headers !== false
  return { answer, text: table(processColumns(answer.titles), processRows(answer), shell.out, { headers }) }
}

async function top(shell: Shell, options: Options, [noun = 'services']: readonly string[]): Promise<void> {
  let sort = (options.sort ?? 'cpu') as Sort
  if (!orders.includes(sort)) throw usage(`--sort takes ${orders.join(', ')}, not "${sort}".`)
  const { client } = await connect(shell)
  const many = /^(services?|svc|targets?)$/.test(noun)
  const container = many ? null : await findContainer(client, noun, options)
  const view = (): Promise<View> =>
    container !== null
      ? processes(shell, client, container.id)
      : noun.startsWith('t')
        ? targets(shell, client)
        : services(shell, client, options, sort)
  const live = process.stdout.isTTY && process.stdin.isTTY && !options.once && shell.globals.output === undefined
  if (!live) {
    const { answer, text } = await view()
    if (!(await structured(shell, answer))) shell.write(text)
    return
  }
  const screen = new Screen(container === null ? 'q quit  s sort' : 'q quit')
  shell.signal.addEventListener('abort', () => screen.leave(), { once: true })
  try {
    while (!screen.closed) {
      const { text } = await view()
      screen.draw(text)
      const key = await Promise.race([screen.key(), sleep(1500, null)])
      if (key === 's') sort = orders[(orders.indexOf(sort) + 1) % orders.length] ?? 'cpu'
    }
  } finally {
    screen.leave()
  }
}

export function define(command: Command): void {
  command
    .argument('[what]', 'services, targets, or the name of a container')
    .option('--sort <by>', 'cpu, memory or name')
    .option('--target <name,…>', 'on these targets only')
    .option('--stack <name>', 'of this stack only')
    .option('--once', 'print it once, also on a terminal')
  action(command, top)
}
