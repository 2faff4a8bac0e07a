import type { LogLine, Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect, type Connection } from '../connect.ts'
import { Complaint, usage } from '../failure.ts'
import { action } from '../globals.ts'
import { logPrinter } from '../live/log-printer.ts'
import { LogFile } from '../live/log-file.ts'
import { logLevels } from '../presentation/log-line.ts'
import { bytes } from '../presentation/units.ts'
import { parseMoment } from '../moment.ts'
import { allServices, findServices } from '../resolve.ts'
import type { Shell } from '../shell.ts'

interface Options {
  follow?: boolean
  tail?: string | true
  lines?: string
  since?: string
  until?: string
  level?: string
  grep?: string
  search?: string
  export?: string
  all?: boolean
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

/** How others call the same level. */
const otherWords: Record<string, string> = { warning: 'warn', err: 'error', critical: 'fatal', information: 'info' }

function linesOf(text: string, flag: string): number {
  const lines = text === 'all' ? 50_000 : Number(text)
  if (text.trim() === '' || !Number.isInteger(lines) || lines < 0)
    throw usage(`${flag} takes a number of lines or "all", not "${text}".`)
  return Math.min(lines, 50_000)
}

/** `--tail` alone follows, `--tail 50` is the last 50 lines; a word behind it is the service that it was meant for. */
function settle(options: Options, names: readonly string[]): readonly string[] {
  const { tail } = options
  if (tail === undefined || (typeof tail === 'string' && /^(\d+|all)$/.test(tail))) return names
  options.follow = true
  delete options.tail
  return tail === true ? names : [tail, ...names]
}

function queryOf(options: Options): Query {
  const query: Query = {}
  if (options.lines !== undefined) query.tail = linesOf(options.lines, '--lines')
  else if (typeof options.tail === 'string') query.tail = linesOf(options.tail, '--tail')
  if (options.since !== undefined) query.since = parseMoment(options.since, '--since')
  if (options.until !== undefined) query.until = parseMoment(options.until, '--until')
  if (options.level !== undefined) {
    const levels = options.level
      .toLowerCase()
      .split(',')
      .map((level) => otherWords[level] ?? level)
    const wrong = levels.find((level) => !(logLevels as readonly string[]).includes(level))
    if (wrong !== undefined) throw usage(`--level takes ${logLevels.join(', ')}, not "${wrong}".`)
    query.level = levels.join(',')
  }
  const match = options.search ?? options.grep
  if (match !== undefined) {
    try {
      query.match = new RegExp(match).source
    } catch (error) {
      throw usage(`${options.search === undefined ? '--grep' : '--search'}: ${(error as Error).message}.`)
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

async function logs(shell: Shell, options: Options, given: readonly string[]): Promise<void> {
  const names = settle(options, given)
  const query = queryOf(options)
  if (names.length === 0 && options.stack === undefined && !options.all)
    throw usage('Name one service or more, --stack <name> for all of a stack, or all.')
  if (options.follow && query.until) throw usage('--until ends a log and -f does not. Use one of them.')
  const connection = await connect(shell)
  const services = await servicesOf(connection, options, names)
  if (options.export === undefined) {
    const print = logPrinter(shell, services, options.timestamps === true)
    return options.follow ? follow(shell, connection, services, query, print) : past(connection, services, query, print)
  }
  const file = new LogFile(options.export)
  // In a file a line without its time is of little use, and colours are none.
  const into = { ...shell, out: { ...shell.out, color: false, width: null }, write: (text: string) => file.write(text) }
  const print = logPrinter(into, services, true)
  shell.signal.addEventListener('abort', () => file.close(), { once: true })
  if (options.follow) shell.say(`Writing to ${file.path} until Ctrl-C.`, 'dim')
  try {
    await (options.follow
      ? follow(shell, connection, services, query, print)
      : past(connection, services, query, print))
    // The printer writes at the end of the turn.
    await Promise.resolve()
  } finally {
    file.close()
  }
  shell.say(`${file.path} is written, ${bytes(file.written)}.`, 'green')
}

/** A socket carries that many logs and stays quick. */
const mostServices = 50

async function servicesOf(connection: Connection, options: Options, names: readonly string[]): Promise<Service[]> {
  const { client } = connection
  const everything = options.all || (names.length === 1 && names[0] === 'all')
  if (names.length > 0 && !everything) return findServices(client, names, options)
  // The log of a Swarm service has the lines of all its tasks.
  const items = await allServices(client, options, false)
  const called = items.filter((service) => service.name === 'all')
  // A service that is called so is meant before the word is.
  if (!options.all && called.length > 0 && names[0] === 'all') return called
  if (items.length === 0 && options.stack !== undefined)
    throw new Complaint(
      'notFound',
      'NOT_FOUND',
      `No service belongs to a stack "${options.stack}". wh get stacks lists them.`,
    )
  if (items.length === 0) throw new Complaint('notFound', 'NOT_FOUND', 'There is no service yet.')
  if (items.length > mostServices)
    throw usage(
      `${items.length} services are more than ${mostServices} logs at once. Narrow it with --stack or --target.`,
    )
  return items
}

export function define(command: Command): void {
  command
    .argument('[service...]', 'names or ids; several are merged; all for every one')
    .option('-f, --follow', 'go on with new lines until Ctrl-C')
    .option('--tail [n]', 'alone the same as -f; with a number the last n lines, or all')
    .option('--lines <n>', 'the last n lines, or all; 500 unless told, 100 with -f')
    .option('--since <time>', 'since 10m, 14:30 or a time')
    .option('--until <time>', 'up to then')
    .option('--level <level,…>', 'only these: trace, debug, info, warn, error, fatal; ERROR and WARNING work too')
    .option('--search <regex>', 'only lines that match')
    .option('--grep <regex>', 'the same')
    .option('-t, --timestamps', 'with the time of each line')
    .option('--all', 'of every service, merged')
    .option('--export <file>', 'into this file, mode 0600')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'look for them on this target only')
  action(command, logs)
}
