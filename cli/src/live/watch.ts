import type { Deployment, Event, Service, SystemFrame, Target } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import type { Connection } from '../connect.ts'
import { Complaint, usage } from '../failure.ts'
import type { Noun } from '../nouns/noun.ts'
import { table } from '../presentation/table.ts'
import { clean, widthOf } from '../presentation/width.ts'
import type { Shell } from '../shell.ts'
import { Refetch } from './refetch.ts'

type Row = Service | Target | Event | Deployment

const wanted = (list: unknown, value: string): boolean => typeof list !== 'string' || list.split(',').includes(value)

/** The filters of the list, applied to what comes in live; the server filters lists, not channels. */
function matches(query: Record<string, unknown>, row: Record<string, unknown>, name: string): boolean {
  if (!wanted(query.state, String(row.state)) || !wanted(query.status, String(row.state))) return false
  if (!wanted(query.severity, String(row.severity))) return false
  if (query.stack !== undefined && row.stack !== query.stack) return false
  if (query.environment !== undefined && row.environment !== query.environment) return false
  if (query.kind !== undefined && row.kind !== query.kind) return false
  if (typeof query.service === 'string' && ![row.serviceId, row.serviceName].includes(query.service)) return false
  if (
    typeof query.target === 'string' &&
    ![row.targetId, row.targetName].some((one) => wanted(query.target, String(one)))
  )
    return false
  if (
    typeof query.type === 'string' &&
    !query.type.split(',').some((t) => row.type === t || String(row.type).startsWith(`${t}.`))
  )
    return false
  if (typeof query.label === 'string') {
    const [key = '', value] = query.label.split('=')
    const labels = (row.labels ?? {}) as Record<string, string>
    if (!(key in labels) || (value !== undefined && labels[key] !== value)) return false
  }
  return typeof query.q !== 'string' || name.toLowerCase().includes(query.q.toLowerCase())
}

/** What is listed anew when something of these kinds has changed. */
const resources: Readonly<Record<string, readonly string[]>> = {
  // Told from the services in them.
  stacks: ['service'],
  swarms: ['swarm', 'node'],
  nodes: ['node', 'task'],
  tasks: ['task'],
  secrets: ['secret', 'task'],
  'swarm-configs': ['config', 'task'],
  images: ['image'],
  volumes: ['volume'],
  networks: ['network'],
}

const inWords = new Intl.ListFormat('en', { type: 'conjunction' })
const aboutOf = (frame: SystemFrame): string =>
  frame.kind === 'resources' ? frame.of : frame.kind === 'service-removed' ? 'service' : frame.kind

/** What a list prints, then a line for every change of it until Ctrl-C. JSON is one object a line. */
export function watch(
  shell: Shell,
  connection: Connection,
  noun: Noun<unknown>,
  query: Record<string, unknown>,
  rows: readonly unknown[],
  /** These rows were named: others are not shown. */
  isNamed = false,
): Promise<void> {
  const kinds = { services: 'service', targets: 'target', events: 'event', deployments: 'deployment' } as const
  const kind = kinds[noun.name as keyof typeof kinds]
  const resource = resources[noun.name]
  if (kind === undefined && resource === undefined)
    throw usage(
      `${noun.name} cannot be watched. ${inWords.format([...Object.keys(kinds), ...Object.keys(resources)])} can.`,
    )
  const { output, headers } = shell.globals
  const named = new Set(isNamed ? rows.map((row) => noun.id(row)) : [])
  const seen = new Map(rows.map((row) => [noun.id(row), shownAs(row, noun, shell)]))
  const columns = noun.columns.filter((column) => !column.wide || output === 'wide')
  const all = columns.map((column) => ({ ...column, sparse: false }))
  const widths = all.map((column) =>
    Math.max(
      widthOf(column.head),
      ...rows.map((row) => {
        const cell = column.cell(row, shell.out)
        return widthOf(clean(typeof cell === 'string' ? cell : cell.text))
      }),
    ),
  )
  const print = (list: readonly unknown[], head: boolean): void => {
    if (output === 'json') shell.write(list.map((row) => `${JSON.stringify(row)}\n`).join(''))
    else if (output === 'name') shell.write(list.map((row) => `${noun.key(row)}\n`).join(''))
    else
      shell.write(table(all, list, shell.out, { headers: head && headers !== false, wide: output === 'wide', widths }))
  }
  print(rows, true)
  const put = (row: unknown): void => {
    if (isNamed && !named.has(noun.id(row))) return
    const shown = shownAs(row, noun, shell)
    if (seen.get(noun.id(row)) === shown) return
    seen.set(noun.id(row), shown)
    print([row], false)
  }
  const take = (row: Row): void => {
    if (kind === undefined) return
    if (isNamed && kind !== 'event' && !named.has(noun.id(row))) return
    if (!matches(query, row, lookedFor(row, kind, noun))) return
    const shown = shownAs(row, noun, shell)
    if (seen.get(noun.id(row)) === shown) return
    seen.set(noun.id(row), shown)
    print([row], false)
  }
  return new Promise((_, reject) => {
    const live = connection.live(reject)
    const told = {
      onGap: (missed: number) => shell.say(`${missed} changes were missed: this terminal was too slow.`, 'yellow'),
      onEnd: (reason: string, code: string | null) => {
        live.close()
        reject(new Complaint('failed', code ?? 'ENDED', reason))
      },
    }
    if (resource !== undefined) {
      // The server says that something of a kind has changed, and not what: the list is asked for anew.
      const again = new Refetch(async () => {
        const most = noun.filters.includes('limit') ? { limit: 1000, ...query } : query
        const { items, nextCursor } = await noun.list(connection.client, most)
        for (const row of items) put(row)
        // What is not on the first page may be on the next.
        if (nextCursor) return
        const there = new Set(items.map((row) => noun.id(row)))
        for (const id of seen.keys()) {
          if (there.has(id) || !seen.delete(id)) continue
          shell.say(`removed: ${id}`, 'dim')
        }
      }, reject)
      live.subscribe(
        'system',
        { events: false },
        {
          ...told,
          onEvents: (frames) => {
            if (frames.some((frame) => resource.includes(aboutOf(frame)))) again.ask()
          },
        },
      )
      return
    }
    if (kind === 'deployment') {
      const isNews = newsOf(rows as readonly Deployment[])
      live.subscribe(
        'deployments',
        {},
        {
          ...told,
          onEvents: (frames) => {
            for (const frame of frames)
              if (frame.kind === 'deployment' && isNews(frame.deployment)) take(frame.deployment)
          },
        },
      )
      return
    }
    live.subscribe('system', kind === 'event' ? {} : { events: false }, {
      ...told,
      onEvents: (frames) => {
        for (const frame of frames) {
          if (frame.kind === 'service' && kind === 'service') take(frame.service)
          else if (frame.kind === 'target' && kind === 'target') take(frame.target)
          else if (frame.kind === 'event' && kind === 'event') take(frame.event)
          else if (frame.kind === `${kind}-removed` && 'id' in frame && seen.delete(frame.id))
            shell.say(`removed: ${frame.id}`, 'dim')
        }
      },
    })
  })
}

/** The channel begins with what was before: true for what is newer than the rows, and than what came. */
function newsOf(rows: readonly Deployment[]): (run: Deployment) => boolean {
  const began = Date.now()
  const far = ({ state, stages }: Deployment): number => {
    const turn = state === 'queued' ? 0 : state === 'rolling-back' ? 2 : deploymentEnded(state) ? 3 : 1
    return turn * 1000 + stages.filter((stage) => stage.state !== 'waiting').length
  }
  const known = new Map(rows.map((row) => [row.id, far(row)]))
  return (run) => {
    const before = known.get(run.id)
    if (before !== undefined && far(run) < before) return false
    if (before === undefined && run.finishedAt !== null && Date.parse(run.finishedAt) < began) return false
    known.set(run.id, far(run))
    return true
  }
}

/** What `--query` looks in, as the list does. */
function lookedFor(row: Row, kind: string, noun: Noun<unknown>): string {
  if (kind === 'event') return (row as Event).message
  if (kind !== 'deployment') return noun.key(row)
  const { stack, environment, requestedBy } = row as Deployment
  return `${stack} ${environment} ${requestedBy}`
}

/** What makes two rows differ for a reader; readings and ages change all the time. */
function shownAs(row: unknown, noun: Noun<unknown>, shell: Shell): string {
  const calm = noun.columns.filter((column) => !['CPU', 'MEMORY', 'DISK', 'AGE', 'TOOK'].includes(column.head))
  return JSON.stringify(calm.map((column) => column.cell(row, { ...shell.out, now: 0 })))
}
