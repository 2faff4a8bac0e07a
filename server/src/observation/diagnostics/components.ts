import { randomUUID } from 'node:crypto'
import type { Component, ComponentState, Target } from '@wheelhouse/contract'
import type { Clocks } from './clocks.ts'
import type { DiskCount } from './disk-count.ts'
import type { DiagnosticsParts } from './house.ts'
import { memoryLimit } from './memory-limit.ts'
import type { DiagnosticsStore } from './store.ts'
import { type Point, risePerHour, usedUp } from './trend.ts'
import { roomOf, type Vital } from './vitals.ts'
import { countWords, durationWords, sizeWords } from './words.ts'

const patienceMs = 5_000
const slowWriteMs = 250
const slowLoopMs = 200
const leastFreeShare = 0.1
const leastFreeBytes = 500_000_000
const stuckMs = 15 * 60_000
const largeWalBytes = 256_000_000
const largeShare = 0.9

type Found = Omit<Component, 'id' | 'name'>
export const found = (
  state: ComponentState,
  message: string,
  advice: string | null = null,
  figures: Component['figures'] = {},
): Found => ({ state, message, advice, figures })

export interface Looks {
  readonly parts: DiagnosticsParts
  readonly store: DiagnosticsStore
  readonly disk: DiskCount
  readonly clocks: Clocks
  vitals(): readonly Vital[]
}

const round = (ms: number): number => Math.round(ms * 10) / 10

async function within<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

export async function databaseFound({ parts, store }: Looks): Promise<Found> {
  const { database } = parts
  const words = database.kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'
  const [{ writeMs, readMs }, sizeBytes, upkeep] = await within(
    Promise.all([store.probe(Date.now()), database.sizeBytes(), database.upkeep.figures()]),
  )
  const figures = {
    kind: database.kind,
    sizeBytes,
    walBytes: upkeep.walBytes,
    freeBytes: upkeep.freeBytes,
    writeMs: round(writeMs),
    readMs: round(readMs),
  }
  const said = `${words} answers: a small write takes ${round(writeMs)} ms, a read ${round(readMs)} ms.`
  if (writeMs > slowWriteMs)
    return found(
      'warning',
      said,
      'Its disk is slow or busy. Put the data folder on a faster disk, or find what else writes there.',
      figures,
    )
  if ((upkeep.walBytes ?? 0) > largeWalBytes)
    return found(
      'warning',
      `${said} Its log of writes has grown to ${sizeWords(upkeep.walBytes ?? 0)}.`,
      'Compact the database: wh admin compact.',
      figures,
    )
  return found('ok', said, null, figures)
}

async function busFound({ parts: { bus } }: Looks): Promise<Found> {
  const topic = `diagnostics.${randomUUID()}`
  const begun = performance.now()
  const heard = Promise.withResolvers<void>()
  const leave = bus.subscribe(topic, () => heard.resolve())
  try {
    // A subscription over Redis takes a moment; what was said before it is heard by nobody.
    const again = setInterval(() => bus.publish(topic, {}), 100)
    bus.publish(topic, {})
    await within(heard.promise).finally(() => clearInterval(again))
  } finally {
    leave()
  }
  const tookMs = round(performance.now() - begun)
  return found(
    'ok',
    `A message came back after ${tookMs} ms (${bus.kind === 'redis' ? 'Redis' : 'in memory'}).`,
    null,
    { kind: bus.kind, tookMs },
  )
}

async function stateFound({ parts: { state } }: Looks): Promise<Found> {
  const begun = performance.now()
  const key = `diagnostics:${randomUUID()}`
  await within(state.set(key, 1, 60_000))
  const back = await within(state.take<number>(key))
  const tookMs = round(performance.now() - begun)
  const figures = { kind: state.kind, tookMs }
  if (back !== 1)
    return found(
      'error',
      'What was kept did not come back.',
      'Look at the memory policy of Redis: it must not drop keys.',
      figures,
    )
  return found(
    'ok',
    `Shared values are kept and read in ${tookMs} ms (${state.kind === 'redis' ? 'Redis' : 'in memory'}).`,
    null,
    figures,
  )
}

async function jobsFound({ parts: { jobTable, jobs }, store }: Looks): Promise<Found> {
  const open = await jobTable.unfinished()
  const running = open.filter(({ state }) => state === 'running')
  const now = Date.now()
  const stuck = running.filter(({ heartbeatAt }) => heartbeatAt !== null && now - Date.parse(heartbeatAt) > stuckMs)
  const day = await store.jobs(now - 86_400_000)
  const failed = day.filter(({ state }) => state === 'failed').reduce((sum, { count }) => sum + count, 0)
  const queued = open.length - running.length
  const figures = { kind: jobs.kind, queued, running: running.length, failedToday: failed, stuck: stuck.length }
  const said = `${queued} queued, ${running.length} running, ${failed} failed within a day.`
  if (stuck.length > 0)
    return found(
      'error',
      `${said} ${countWords(stuck.length, 'job')} gave no sign for ${durationWords(stuckMs)}: ${stuck[0]!.title}.`,
      'Cancel it on the page of jobs, or restart Wheelhouse, which takes it up or fails it.',
      figures,
    )
  if (failed > 0) return found('warning', said, 'The page of jobs says why each failed.', figures)
  return found('ok', said, null, figures)
}

function targetFound(target: Target, driftMs: number | null): Found {
  const lagMs = target.observedAt === null ? null : Math.max(0, Date.now() - Date.parse(target.observedAt))
  const services = Object.values(target.services).reduce((sum, count) => sum + count, 0)
  const figures = {
    kind: target.kind,
    state: target.state,
    services,
    lagMs,
    driftMs,
    version: target.engine?.version ?? null,
  }
  if (target.state === 'unreachable')
    return found(
      'error',
      `Not heard${lagMs === null ? '' : ` for ${durationWords(lagMs)}`}: ${target.reason ?? 'no reason is known'}`,
      `Services there go on; what is shown of them is old. Look at ${target.address} from this machine, then at the troubleshooting below.`,
      figures,
    )
  if (target.state === 'connecting') return found('warning', 'It is being connected.', null, figures)
  const off = driftMs !== null && Math.abs(driftMs) > 2_000
  if (off)
    return found(
      'warning',
      `Its clock is ${durationWords(Math.abs(driftMs))} ${driftMs > 0 ? 'ahead' : 'behind'}.`,
      'Let it take its time from a time server: times of logs and deployments do not fit together.',
      figures,
    )
  return found('ok', `Connected, ${countWords(services, 'service')} mirrored.`, null, figures)
}

async function socketsFound({ parts }: Looks): Promise<Found> {
  const { sockets } = await parts.status()
  return found(
    'ok',
    `${countWords(sockets.open, 'socket')} open with ${countWords(sockets.subscriptions, 'subscription')}, ${countWords(sockets.upstreams, 'stream')} from targets.`,
    null,
    { ...sockets },
  )
}

async function diskFound({ parts, disk, vitals }: Looks): Promise<Found> {
  const room = await roomOf(parts.folder)
  const largest = disk.found?.parts[0]
  const full = (disk.found?.parts ?? []).find(
    ({ bytes, budgetBytes }) => budgetBytes !== null && bytes > budgetBytes * 1.05,
  )
  if (!room) return found('warning', `The system does not tell how much room ${parts.folder} has.`)
  const free: Point[] = vitals().flatMap(({ at, diskFreeBytes }) =>
    diskFreeBytes === null ? [] : [{ at, value: -diskFreeBytes }],
  )
  const when = usedUp(room.freeBytes, risePerHour(free))
  const figures = { ...room, largest: largest?.name ?? null, largestBytes: largest?.bytes ?? null }
  const said = `${sizeWords(room.freeBytes)} of ${sizeWords(room.totalBytes)} free${when === null ? '' : `; at this rate it is full ${when}`}.`
  const advice = largest
    ? `Most of the data folder is ${largest.name} (${sizeWords(largest.bytes)}). Make room, or lower its budget.`
    : 'Make room on the disk of the data folder.'
  if (room.freeBytes < leastFreeBytes / 5) return found('error', said, advice, figures)
  const little = room.freeBytes < leastFreeBytes || room.freeBytes / room.totalBytes < leastFreeShare
  if (little || /hour/.test(when ?? '')) return found('warning', said, advice, figures)
  if (full)
    return found(
      'warning',
      `${full.name} takes ${sizeWords(full.bytes)} of its ${sizeWords(full.budgetBytes ?? 0)}.`,
      'It is kept within its budget by itself; if it stays above, look at the log.',
      figures,
    )
  return found('ok', said, null, figures)
}

function memoryFound(last: Vital | undefined): Found {
  const { rss, heapUsed } = process.memoryUsage()
  const limit = memoryLimit()
  const figures = { memoryBytes: rss, heapBytes: heapUsed, limitBytes: limit, cpuPercent: last?.cpuPercent ?? null }
  const said = `${sizeWords(rss)} used, ${sizeWords(heapUsed)} of them by objects.`
  return rss > limit * largeShare
    ? found(
        'warning',
        `${said} That is nearly all it may have (${sizeWords(limit)}).`,
        'Give it more memory, or fewer targets.',
        figures,
      )
    : found('ok', said, null, figures)
}

function loopFound(last: Vital | undefined): Found {
  if (!last) return found('ok', 'The first reading comes within half a minute.')
  const figures = { p99Ms: last.loopDelayMs, cpuPercent: last.cpuPercent }
  const said = `It is at most ${last.loopDelayMs} ms late in 99 of 100 cases, with ${last.cpuPercent} % of a core.`
  return last.loopDelayMs > slowLoopMs
    ? found(
        'warning',
        said,
        'It has more to do than it can: give it a faster core, or look at the performance report for what takes long.',
        figures,
      )
    : found('ok', said, null, figures)
}

function clockFound({ clocks }: Looks): Found {
  const drifts = clocks.all().filter(({ driftMs }) => Math.abs(driftMs) > 2_000)
  const known = clocks.all().length
  const figures = {
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: new Date().toISOString(),
    compared: known,
  }
  if (known > 1 && drifts.length === known)
    return found(
      'warning',
      `All ${known} targets that tell their time disagree with this machine.`,
      'The clock of this machine is wrong: let it take its time from a time server.',
      figures,
    )
  return found(
    'ok',
    known === 0
      ? 'No target tells its time to compare with.'
      : `Compared with ${countWords(known, 'target')}: ${known - drifts.length} agree.`,
    null,
    figures,
  )
}

async function certificatesFound({ parts }: Looks): Promise<Found> {
  const all = await parts.certificates()
  const bad = all.filter(({ state }) => state === 'expired' || state === 'not-yet')
  const soon = all.filter(({ state }) => state === 'expiring')
  const figures = { total: all.length, expired: bad.length, expiring: soon.length }
  if (bad.length > 0)
    return found(
      'error',
      `${bad[0]!.name} is ${bad[0]!.state === 'expired' ? 'expired' : 'not valid yet'}.`,
      'Make or import a new one on the page of certificates.',
      figures,
    )
  if (soon.length > 0)
    return found(
      'warning',
      `${soon[0]!.name} lasts ${countWords(soon[0]!.daysLeft, 'day')} more.`,
      'Make or import a new one on the page of certificates.',
      figures,
    )
  return found(
    'ok',
    all.length === 0 ? 'None are kept here.' : `${countWords(all.length, 'certificate')}, none near its end.`,
    null,
    figures,
  )
}

const nodeFound = ({ parts }: Looks): Found =>
  found('ok', `Wheelhouse ${parts.version} on Node ${process.version}, ${process.platform} ${process.arch}.`, null, {
    version: parts.version,
    node: process.version,
    platform: process.platform,
    pid: process.pid,
  })

/** Looks at every part at once; one that throws or hangs is itself an error, and keeps none of the others. */
export async function componentsOf(looks: Looks): Promise<Component[]> {
  const { parts, clocks } = looks
  const last = looks.vitals().at(-1)
  const all: [id: string, name: string, look: () => Found | Promise<Found>][] = [
    ['database', 'Database', () => databaseFound(looks)],
    ['bus', 'Event bus', () => busFound(looks)],
    ['state', 'Shared state', () => stateFound(looks)],
    ['jobs', 'Jobs', () => jobsFound(looks)],
    ...parts.registry
      .targets()
      .map((target): [string, string, () => Found] => [
        `target:${target.id}`,
        `Target ${target.name}`,
        () => targetFound(target, clocks.of(target.id)),
      ]),
    ['sockets', 'Sockets', () => socketsFound(looks)],
    ['disk', 'Disk of the data folder', () => diskFound(looks)],
    ['memory', 'Memory', () => memoryFound(last)],
    ['loop', 'Event loop', () => loopFound(last)],
    ['clock', 'Clock', () => clockFound(looks)],
    ['certificates', 'Certificates', () => certificatesFound(looks)],
    ['node', 'Version', () => nodeFound(looks)],
  ]
  return Promise.all(
    all.map(async ([id, name, look]) => {
      try {
        return { id, name, ...(await within(Promise.resolve(look()))) }
      } catch (error) {
        const why = (error as Error).message.split('\n')[0] ?? 'it failed'
        return { id, name, ...found('error', `It does not answer: ${why}`, 'The log of Wheelhouse says more.') }
      }
    }),
  )
}

export function worstOf(states: readonly string[]): ComponentState {
  return states.includes('error') ? 'error' : states.includes('warning') ? 'warning' : 'ok'
}
