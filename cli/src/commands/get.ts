import type { Command } from 'commander'
import { connect, type Connection } from '../connect.ts'
import { usage } from '../failure.ts'
import { action } from '../globals.ts'
import type { Filters, Noun, Page } from '../nouns/noun.ts'
import { findNoun, queryOf } from '../nouns/nouns.ts'
import { structured } from '../presentation/output.ts'
import { table } from '../presentation/table.ts'
import type { Shell } from '../shell.ts'
import { watch } from '../live/watch.ts'

interface Options extends Filters {
  watch?: boolean
  allTargets?: boolean
}

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw usage(`--limit takes a whole number from 1, not "${text}".`)
  return value
}

export function addFilters(command: Command): Command {
  return command
    .option('-l, --label <key[=value]>', 'services with this label')
    .option('--state <state,…>', 'in one of these states')
    .option('--target <name,…>', 'on one of these targets')
    .option('--stack <name>', 'of this stack')
    .option('-e, --environment <name>', 'of this environment')
    .option('--service <name>', 'events or tasks of this service')
    .option('--node <name>', 'tasks on this node')
    .option('-q, --query <text>', 'with this text in the name')
    .option('--kind <kind>', 'of this kind: process, container, docker, …')
    .option(
      '--sort <by>',
      'services by needs, name, cpu, memory, changed, target; images by name, size, created, target',
    )
    .option('--type <type,…>', 'events of these types, such as service.failed or service')
    .option('--severity <severity,…>', 'events that are info, warning or error')
    .option('--since <time>', 'events since 10m, 14:30 or 2026-11-20')
    .option('--role <role>', 'users with this role')
    .option('--tag <tag>', 'targets with this tag')
    .option('--use <use>', 'images that are used, unused or dangling')
    .option('--all', 'tokens or sessions of all users; tasks that have ended; all versions of secrets')
    .option('--limit <n>', 'at most this many', whole)
}

/** All pages of what is finite; the newest page of what grows for ever. */
async function everything(
  connection: Connection,
  noun: Noun<unknown>,
  query: Record<string, unknown>,
): Promise<Page<unknown>> {
  const limited = query.limit !== undefined || noun.history || !noun.filters.includes('limit')
  if (limited) return noun.list(connection.client, noun.history ? { limit: 50, ...query } : query)
  const first = await noun.list(connection.client, { ...query, limit: 1000 })
  let cursor = first.nextCursor
  while (cursor) {
    const next = await noun.list(connection.client, { ...query, limit: 1000, cursor })
    first.items.push(...next.items)
    cursor = next.nextCursor
  }
  return 'nextCursor' in first ? { ...first, nextCursor: null } : first
}

/** A name where it is unique, the id where it is not, so that the output can be fed to another command. */
export function printNames(shell: Shell, noun: Noun<unknown>, rows: readonly unknown[]): void {
  const keys = rows.map((row) => noun.key(row))
  const lines = rows.map((row, index) => {
    const key = keys[index] ?? ''
    return keys.indexOf(key) === keys.lastIndexOf(key) ? key : noun.id(row)
  })
  shell.write(lines.map((line) => `${line}\n`).join(''))
}

export async function printRows(
  shell: Shell,
  noun: Noun<unknown>,
  rows: readonly unknown[],
  filtered: boolean,
): Promise<void> {
  const { output, headers } = shell.globals
  if (output === 'name') return printNames(shell, noun, rows)
  if (rows.length === 0) return shell.say(filtered ? `No ${noun.name} match.` : noun.empty, 'dim')
  shell.write(table(noun.columns, rows, shell.out, { headers: headers !== false, wide: output === 'wide' }))
}

async function get(shell: Shell, options: Options, args: readonly string[]): Promise<void> {
  const [word, ...names] = args
  const noun = findNoun(word ?? '')
  const { watch: watching, allTargets, ...filters } = options
  if (allTargets && filters.target !== undefined)
    throw usage('-A means all targets, --target some of them. Leave one of the two out.')
  const query = queryOf(noun, filters)
  const connection = await connect(shell)
  if (names.length > 0) {
    const rows: unknown[] = []
    for (const name of names) rows.push(await noun.one(connection.client, name, filters))
    if (watching) return watch(shell, connection, noun, query, rows, true)
    if (await structured(shell, names.length === 1 ? rows[0] : { items: rows })) return
    return printRows(shell, noun, rows, true)
  }
  const page = await everything(connection, noun, query)
  if (watching) return watch(shell, connection, noun, query, page.items)
  if (await structured(shell, page)) return
  const notes = (await noun.notes?.(page, connection.client, query)) ?? []
  if (page.items.length > 0 || notes.length === 0)
    await printRows(shell, noun, page.items, Object.keys(query).length > 0)
  for (const note of notes) shell.say(note, 'yellow')
}

export function define(command: Command): void {
  command
    .argument(
      '<noun>',
      'services (svc), targets, stacks, images, volumes, networks, registries, swarms, nodes, tasks, secrets, swarm-configs, deployments, releases, backups, configs, certificates, triggers, notifications, users, tokens, jobs, events, terminals or sessions',
    )
    .argument('[name...]')
  addFilters(command)
    .option('-A, --all-targets', 'on all targets, as is the case without --target')
    .option('-w, --watch', 'go on and print every change')
  action(command, get)
}
