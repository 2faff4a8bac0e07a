import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineEvent } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { type Connection, connect } from '../../connect.ts'
import { engineOf } from '../../engine/names.ts'
import { Complaint, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseMoment } from '../../moment.ts'
import { diskColumns, diskRows, engineEventColumns, engineText } from '../../presentation/engine/engines.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { bytes, count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'

/** The engine that was named, else the only one. */
const chosen = (connection: Connection, target: string | undefined) =>
  engineOf(connection.client, 'update', target === undefined ? {} : { target })

export function defineInfo(command: Command): void {
  command.argument('[target]', 'the only engine unless told')
  action(command, async (shell, _: object, [name]) => {
    const connection = await connect(shell)
    const target = await chosen(connection, name)
    const answer = await connection.client.engines.info({ target: target.id })
    if (!(await structured(shell, answer))) shell.write(engineText(target.name, answer, shell.out))
  })
}

export function defineDf(command: Command): void {
  command
    .argument('[target]', 'every engine unless told')
    .option('--recount', 'count anew and wait for it; minutes on a full disk')
  action(command, async (shell, { recount }: { recount?: boolean }, [name]) => {
    const connection = await connect(shell)
    const { client } = connection
    const asked = name === undefined ? {} : { target: name }
    const look = () => client.engines.diskUsage(asked)
    let answer = await look()
    if (recount) {
      for (const { targetId } of answer.items) await client.engines.countDisk({ target: targetId })
      do {
        await sleep(500)
        answer = await look()
      } while (answer.items.some(({ counting }) => counting))
    }
    if (await structured(shell, answer)) return
    if (answer.items.length === 0) return shell.say('There is no engine. Register one: wh targets register.', 'dim')
    shell.write(table(diskColumns, diskRows(answer.items), shell.out, { headers: shell.globals.headers !== false }))
  })
}

interface EventOptions {
  since?: string
  until?: string
  type?: string
  action?: string
  query?: string
  limit?: string
  watch?: boolean
}

async function events(shell: Shell, options: EventOptions, [name]: readonly string[]): Promise<void> {
  const { since, until, type, action: actions, query, limit, watch } = options
  if (watch && until !== undefined) throw usage('--watch goes on until Ctrl-C; leave --until out.')
  if (limit !== undefined && !/^\d{1,4}$/.test(limit)) throw usage(`--limit takes a number up to 5000, not "${limit}".`)
  const connection = await connect(shell)
  const target = await chosen(connection, name)
  const filter = {
    target: target.id,
    ...(type === undefined ? {} : { types: type }),
    ...(actions === undefined ? {} : { actions }),
    ...(query === undefined ? {} : { q: query }),
  }
  const answer = await connection.client.engines.events({
    ...filter,
    ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until') }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  })
  if (watch) return follow(shell, connection, filter, answer.items)
  if (await structured(shell, answer)) return
  if (answer.items.length === 0) return shell.say('Nothing happened in this time.', 'dim')
  shell.write(table(engineEventColumns, answer.items, shell.out, tableOptions(shell, true)))
  if (answer.truncated) shell.say('There are more; --limit and --since bring them.', 'yellow')
}

const tableOptions = (shell: Shell, head: boolean): { headers: boolean; wide: boolean } => ({
  headers: head && shell.globals.headers !== false,
  wide: shell.globals.output === 'wide',
})

/** What was, then what comes, until Ctrl-C. JSON is one object a line. */
function follow(
  shell: Shell,
  connection: Connection,
  filter: { readonly target: string },
  before: readonly EngineEvent[],
): Promise<void> {
  const keyOf = (event: EngineEvent): string => `${event.at} ${event.type} ${event.action} ${event.actorId}`
  // The stream opens after the list was read, and may begin with what the list has.
  const known = new Set(before.map(keyOf))
  const print = (rows: readonly EngineEvent[], head: boolean): void => {
    if (shell.globals.output === 'json') shell.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    else if (rows.length > 0 || head) {
      const columns = engineEventColumns.map((column) => ({ ...column, sparse: false }))
      shell.write(table(columns, rows, shell.out, tableOptions(shell, head)))
    }
  }
  print(before, true)
  return new Promise((_, reject) => {
    const live = connection.live(reject)
    live.subscribe('engine', filter, {
      onEvents: (rows) =>
        print(
          rows.filter((row) => !known.has(keyOf(row))),
          false,
        ),
      onGap: (missed) => shell.say(`${missed} events were missed: this terminal was too slow.`, 'yellow'),
      onEnd: (reason, code) => {
        live.close()
        reject(new Complaint('failed', code ?? 'ENDED', reason))
      },
    })
  })
}

export function defineEvents(command: Command): void {
  command
    .argument('[target]', 'the only engine unless told')
    .option('--since <time>', 'since 10m, 14:30 or a time; the last hour unless told')
    .option('--until <time>', 'up to then')
    .option('--type <type,…>', 'container, image, volume, network, daemon and so on')
    .option('--action <action,…>', 'such as start,die,oom')
    .option('--query <text>', 'text in names, ids and images')
    .option('--limit <n>', 'at most this many; 1000 unless told')
    .option('-w, --watch', 'go on and print what happens')
  action(command, events)
}

interface Prune {
  containers?: boolean
  images?: string
  networks?: boolean
  volumes?: string
  buildCache?: boolean
  dryRun?: boolean
  yes?: boolean
}

const oneOf = <T extends string>(text: string, flag: string, choices: readonly T[]): T => {
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  throw usage(`${flag} takes ${choices.join(' or ')}, not "${text}".`)
}

export function definePrune(command: Command): void {
  command
    .argument('[target]', 'the only engine unless told')
    .option('--containers', 'stopped ones that no stack claims')
    .option('--images <nameless|all>', 'those nothing uses and no kept release needs')
    .option('--networks', 'those nothing is attached to')
    .option('--volumes <anonymous|all>', 'those nothing uses; their files are lost')
    .option('--build-cache', 'the next builds take longer')
    .option('--dry-run', 'show what would go and what it frees')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Prune, [name]) => {
    const { images, volumes, dryRun, yes } = options
    const wish = {
      ...(options.containers ? { containers: true } : {}),
      ...(images === undefined ? {} : { images: oneOf(images, '--images', ['nameless', 'all']) }),
      ...(options.networks ? { networks: true } : {}),
      ...(volumes === undefined ? {} : { volumes: oneOf(volumes, '--volumes', ['anonymous', 'all']) }),
      ...(options.buildCache ? { buildCache: true } : {}),
    }
    if (Object.keys(wish).length === 0)
      throw usage('Say what may go: wh engine prune --containers --images nameless --networks.')
    const connection = await connect(shell)
    const target = await chosen(connection, name)
    const input = { target: target.id, ...wish }
    const plan = await connection.client.engines.prune.plan(input)
    if (dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    if (!yes) shell.say(planText(plan, shell.talk))
    if (plan.steps.length === 0) return shell.say('Nothing to remove.', 'dim')
    await confirm(shell, `Remove ${count(plan.steps.length, 'thing')} from ${target.name}?`, yes)
    const answer = await connection.client.engines.prune({ ...input, digest: plan.digest })
    if (await structured(shell, answer)) return
    const gone = Object.values(answer.removed).reduce((sum, names) => sum + names.length, 0)
    shell.say(`${count(gone, 'thing')} removed from ${target.name}, ${bytes(answer.freedBytes)} free.`, 'green')
  })
}
