import { Problem } from '@wheelhouse/client'
import type { Service } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect, type Connection } from '../connect.ts'
import { Complaint, usage } from '../failure.ts'
import { action } from '../globals.ts'
import { followMany, followOne } from '../live/follow-logs.ts'
import { logPrinter } from '../live/log-printer.ts'
import { pastLines, pastOfMany, type PastQuery, type Speaker } from '../live/past-logs.ts'
import { LogFile } from '../live/log-file.ts'
import { logLevels } from '../presentation/observation/log-line.ts'
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

function queryOf(options: Options): PastQuery {
  const query: { -readonly [Key in keyof PastQuery]: PastQuery[Key] } = {}
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

/** What is meant: services that are there, names of which only lines are kept, and, of a stack or all, those that come later. */
interface Meant {
  readonly services: readonly Service[]
  readonly gone: readonly Speaker[]
  /** Null where services were named. */
  readonly whole: { stack?: string; target?: string } | null
}

async function logs(shell: Shell, options: Options, given: readonly string[]): Promise<void> {
  const names = settle(options, given)
  const query = queryOf(options)
  if (names.length === 0 && options.stack === undefined && !options.all)
    throw usage('Name one service or more, --stack <name> for all of a stack, or all.')
  if (options.follow && query.until) throw usage('--until ends a log and -f does not. Use one of them.')
  const connection = await connect(shell)
  const meant = await meantBy(connection, options, names)
  if (options.export === undefined) return told(shell, shell, connection, options, query, meant)
  const file = new LogFile(options.export)
  // In a file a line without its time is of little use, and colours are none.
  const into = { ...shell, out: { ...shell.out, color: false, width: null }, write: (text: string) => file.write(text) }
  shell.signal.addEventListener('abort', () => file.close(), { once: true })
  if (options.follow) shell.say(`Writing to ${file.path} until Ctrl-C.`, 'dim')
  try {
    await told(shell, into, connection, { ...options, timestamps: true }, query, meant)
    // The printer writes at the end of the turn.
    await Promise.resolve()
  } finally {
    file.close()
  }
  shell.say(`${file.path} is written, ${bytes(file.written)}.`, 'green')
}

/** Prints the past, and with -f what comes. */
async function told(
  shell: Shell,
  into: Shell,
  connection: Connection,
  options: Options,
  query: PastQuery,
  { services, gone, whole }: Meant,
): Promise<void> {
  const say = (text: string): void => shell.say(text, 'yellow')
  const speakers: Speaker[] = [...services, ...gone]
  const [only] = services
  const isOne = speakers.length === 1 && only !== undefined
  const print = logPrinter(
    into,
    speakers,
    options.timestamps === true,
    speakers.length > 1 || (options.follow && whole !== null),
  )
  for (const { name } of gone) shell.say(`${name} is gone; these are its kept lines.`, 'dim')
  if (options.follow && services.length > 0 && !(isOne && whole === null)) {
    const ids = services.map(({ id }) => id).join(',')
    return followMany(shell, connection, whole ?? { service: ids }, query, print)
  }
  // What a container no longer has comes from the history; without a time the channel tells the last lines itself.
  const past =
    options.follow && query.since === undefined
      ? []
      : speakers.length > mostServices
        ? await pastOfMany(connection, whole ?? {}, query)
        : await pastLines(connection, speakers, query, say)
  for (const { speaker, line } of past) print(speaker, line)
  if (options.follow && only !== undefined) await followOne(shell, connection, only, query, past, print)
}

/** So many are asked one by one; of more than that only what is kept is printed. */
const mostServices = 50

async function meantBy(connection: Connection, options: Options, names: readonly string[]): Promise<Meant> {
  const { client } = connection
  const everything = options.all || (names.length === 1 && names[0] === 'all')
  if (names.length > 0 && !everything) return named(connection, options, names)
  // The log of a Swarm service has the lines of all its tasks.
  const items = await allServices(client, options, false)
  const called = items.filter((service) => service.name === 'all')
  // A service that is called so is meant before the word is.
  if (!options.all && called.length > 0 && names[0] === 'all') return { services: called, gone: [], whole: null }
  const { stack, target } = options
  if (items.length === 0 && stack !== undefined) {
    const kept = await keptOf(connection, { stack })
    if (kept.length > 0) return { services: [], gone: kept, whole: null }
    throw new Complaint('notFound', 'NOT_FOUND', `No service belongs to a stack "${stack}". wh get stacks lists them.`)
  }
  if (items.length === 0) throw new Complaint('notFound', 'NOT_FOUND', 'There is no service yet.')
  const whole = { ...(stack === undefined ? {} : { stack }), ...(target === undefined ? {} : { target }) }
  return { services: items, gone: [], whole }
}

/** By name, each; one that is no longer there by what is kept of it. */
async function named(connection: Connection, options: Options, names: readonly string[]): Promise<Meant> {
  try {
    return { services: await findServices(connection.client, names, options), gone: [], whole: null }
  } catch (error) {
    if (!(error instanceof Complaint) || error.code !== 'NOT_FOUND') throw error
    const services: Service[] = []
    const gone: Speaker[] = []
    for (const name of names) {
      const found = await findServices(connection.client, [name], options).catch(() => [])
      services.push(...found)
      if (found.length === 0) gone.push(...(await keptOf(connection, { service: name })))
    }
    if (services.length + gone.length < names.length || (options.follow && services.length === 0)) throw error
    return { services, gone, whole: null }
  }
}

/** Those of which lines are kept; none where the history cannot be asked. */
async function keptOf(connection: Connection, which: { service?: string; stack?: string }): Promise<Speaker[]> {
  try {
    const { items } = await connection.client.logHistory.sources({ ...which, limit: mostServices })
    return items.map(({ id, name }) => ({ id, name, isGone: true }))
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
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
