import type { LogLine, Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect, type Connection } from '../connect.ts'
import { Complaint, usage } from '../failure.ts'
import { action } from '../globals.ts'
import { logPrinter } from '../live/log-printer.ts'
import { logLevels } from '../presentation/log-line.ts'
import { parseMoment } from '../moment.ts'
import { findServices } from '../resolve.ts'
import type { Shell } from '../shell.ts'

interface Options {
  follow?: boolean
  tail?: string
  since?: string
  until?: string
  level?: string
  grep?: string
  timestamps?: boolean
  target?: string
  stack?: string
}

interface Query {
  tail?: number
  since?: string
  until?: string
  level?: string
  match?: string
}

function queryOf(options: Options): Query {
  const query: Query = {}
  if (options.tail !== undefined) {
    const tail = options.tail === 'all' ? 50_000 : Number(options.tail)
    if (!Number.isInteger(tail) || tail < 0)
      throw usage(`--tail takes a number of lines or "all", not "${options.tail}".`)
    query.tail = Math.min(tail, 50_000)
  }
  if (options.since !== undefined) query.since = parseMoment(options.since, '--since')
  if (options.until !== undefined) query.until = parseMoment(options.until, '--until')
  if (options.level !== undefined) {
    const wrong = options.level.split(',').find((level) => !(logLevels as readonly string[]).includes(level))
    if (wrong !== undefined) throw usage(`--level takes ${logLevels.join(', ')}, not "${wrong}".`)
    query.level = options.level
  }
  if (options.grep !== undefined) {
    try {
      query.match = new RegExp(options.grep).source
    } catch (error) {
      throw usage(`--grep: ${(error as Error).message}.`)
    }
  }
  return query
}

/** History of all, merged by time. */
async function past(
  connection: Connection,
  services: readonly Service[],
  query: Query,
  print: (service: Service, line: LogLine) => void,
): Promise<void> {
  const parts = await Promise.all(
    services.map(async (service) =>
      (await connection.client.logs.tail({ id: service.id, ...query })).lines.map((line) => ({ service, line })),
    ),
  )
  for (const { service, line } of parts.flat().toSorted((a, b) => Date.parse(a.line.at) - Date.parse(b.line.at)))
    print(service, line)
}

/** Live, over one socket that resumes by itself after a drop. The channel has no filter, so lines are filtered here. */
function follow(
  shell: Shell,
  connection: Connection,
  services: readonly Service[],
  query: Query,
  print: (service: Service, line: LogLine) => void,
): Promise<void> {
  const levels = query.level?.split(',')
  const match = query.match === undefined ? null : new RegExp(query.match)
  let open = services.length
  return new Promise((resolve, reject) => {
    const live = connection.live(reject)
    for (const service of services) {
      let last = ''
      let skipTo = ''
      let ready = false
      const begin = { ...(query.since ? { since: query.since } : {}), tail: Math.min(query.tail ?? 100, 10_000) }
      live.subscribe(
        'logs',
        { serviceId: service.id, ...begin },
        {
          onEvents: (lines) => {
            for (const line of lines) {
              if (line.at <= skipTo) continue
              last = line.at
              if (levels && !levels.includes(line.level ?? '') && line.stream !== 'system') continue
              if (!match || match.test(line.text)) print(service, line)
            }
          },
          // A ring that has moved on sends history again: what was printed already is skipped.
          onReady: (resumed) => {
            if (ready && !resumed) skipTo = last
            ready = true
          },
          onGap: (missed) =>
            shell.say(`${service.name}: ${missed} lines were missed, this terminal was too slow.`, 'yellow'),
          onEnd: (reason, code) => {
            open -= 1
            if (code === null) shell.say(`${service.name}: ${reason}`, 'dim')
            if (code !== null && services.length === 1) reject(new Complaint('failed', code, reason))
            else if (code !== null) shell.say(`${service.name}: ${reason}`, 'red')
            if (open > 0) return
            live.close()
            resolve()
          },
        },
      )
    }
  })
}

async function logs(shell: Shell, options: Options, names: readonly string[]): Promise<void> {
  const query = queryOf(options)
  if (names.length === 0 && options.stack === undefined)
    throw usage('Name one service or more, or --stack <name> for all of a stack.')
  const connection = await connect(shell)
  const services =
    names.length > 0 ? await findServices(connection.client, names, options) : await servicesOf(connection, options)
  const print = logPrinter(shell, services, options.timestamps === true)
  if (options.follow && query.until) throw usage('--until ends a log and -f does not. Use one of them.')
  return options.follow ? follow(shell, connection, services, query, print) : past(connection, services, query, print)
}

async function servicesOf(connection: Connection, options: Options): Promise<Service[]> {
  const { items } = await connection.client.services.list({ stack: options.stack, limit: 50, sort: 'name' })
  if (items.length === 0)
    throw new Complaint(
      'notFound',
      'NOT_FOUND',
      `No service belongs to a stack "${options.stack}". wh get stacks lists them.`,
    )
  return items
}

export function define(command: Command): void {
  command
    .argument('[service...]', 'names or ids; several are merged')
    .option('-f, --follow', 'go on with new lines until Ctrl-C')
    .option('--tail <n>', 'the last n lines, or all; 500 unless told, 100 with -f')
    .option('--since <time>', 'since 10m, 14:30 or a time')
    .option('--until <time>', 'up to then')
    .option('--level <level,…>', 'only these: trace, debug, info, warn, error, fatal')
    .option('--grep <regex>', 'only lines that match')
    .option('-t, --timestamps', 'with the time of each line')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'look for them on this target only')
  action(command, logs)
}
