import { type BulkResult, Failure, services } from '@wheelhouse/contract'
import { type JobContext, JobFailed } from '@wheelhouse/platform/jobs'
import { type Acted, perform } from '../act.ts'
import { byTarget } from './by-target.ts'
import { patiently } from './patience.ts'
import { isAlready, titleOf } from './plan.ts'
import type { BulkData, BulkRoom, Outcome, Wish } from './room.ts'

type Ending = Pick<Outcome, 'outcome' | 'errorCode' | 'message'>
const stepStates = { done: 'done', already: 'done', failed: 'failed', 'not-tried': 'skipped' } as const
const doneWords = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  pause: 'paused',
  resume: 'resumed',
  kill: 'got its signal',
  remove: 'removed',
} as const
const silent: ReadonlySet<string> = new Set(['TARGET_UNREACHABLE', 'TIMED_OUT'])

/** A row each. Throws JobFailed, with the result, when one was not done. */
export async function runBulk(room: BulkRoom, data: BulkData, job: JobContext): Promise<BulkResult> {
  const { act, wishes } = data
  const endings = new Map<Wish, Ending>()
  const nameOf = stepNames(wishes)
  /** Targets that went silent here: the rest of their services is left alone. */
  const lost = new Map<string, string>()
  for (const wish of wishes) job.step(nameOf(wish), 'waiting')

  const tell = (wish: Wish, ending: Ending): void => {
    endings.set(wish, ending)
    job.step(nameOf(wish), stepStates[ending.outcome], ending.message)
    job.progress(endings.size / wishes.length, `${endings.size} of ${wishes.length}`)
  }

  await byTarget(wishes, async (wish) => {
    const { refused, targetId } = wish
    if (refused !== null || targetId === null) {
      const { errorCode, message } = refused ?? { errorCode: 'NOT_FOUND', message: 'There is no such service.' }
      if (targetId !== null) await audited(room, data, wish.id, null, new Failure('FORBIDDEN', message))
      tell(wish, { outcome: 'failed', errorCode, message })
      return
    }
    if (job.signal.aborted)
      return tell(wish, { outcome: 'not-tried', errorCode: null, message: 'The job was stopped before its turn.' })
    const gone = lost.get(targetId)
    if (gone !== undefined) return tell(wish, { outcome: 'not-tried', errorCode: 'TARGET_UNREACHABLE', message: gone })
    job.step(nameOf(wish), 'running')
    const ending = await endingOf(room, data, wish, targetId, job)
    if (ending.errorCode !== null && silent.has(ending.errorCode)) lost.set(targetId, ending.message)
    tell(wish, ending)
  })

  const result: BulkResult = {
    act,
    services: wishes.map((wish) => {
      const { id, name, targetId, targetName } = wish
      const never: Ending = { outcome: 'not-tried', errorCode: null, message: 'It was not come to.' }
      return { id, name, targetId, targetName, ...(endings.get(wish) ?? never) }
    }),
  }
  const bad = result.services.filter(({ outcome }) => outcome === 'failed' || outcome === 'not-tried')
  if (bad.length > 0) throw partly(act, result, bad)
  job.progress(1, `${titleOf(act, wishes)}: done`)
  return result
}

/** One act, its end as a row, and its entry in the audit. */
async function endingOf(
  room: BulkRoom,
  data: BulkData,
  { id }: Wish,
  targetId: string,
  { signal }: JobContext,
): Promise<Ending> {
  const { registry } = room
  const { act, options } = data
  const now = registry.service(id)
  if (!now && act === 'remove') return { outcome: 'already', errorCode: null, message: 'It is gone already.' }
  if (now && isAlready(now, act) && registry.mirror(targetId).target().state === 'connected')
    return { outcome: 'already', errorCode: null, message: `It is ${now.state} already.` }
  try {
    const doing = perform(registry, id, act, options, signal)
    const acted = await patiently(registry, targetId, options.timeoutMs, signal, doing)
    await audited(room, data, id, acted, null)
    return { outcome: 'done', errorCode: null, message: doneWords[act] }
  } catch (error) {
    if (!(error instanceof Failure) && !signal.aborted) {
      room.log.error({ err: error, serviceId: id, act }, 'an act on one of many failed')
    }
    await audited(room, data, id, null, error)
    const errorCode = error instanceof Failure ? error.code : signal.aborted ? 'CANCELLED' : 'INTERNAL'
    const unsure = 'The job was stopped while this was at work: it may still be done.'
    const message = error instanceof Failure ? error.message : signal.aborted ? unsure : 'Something went wrong here.'
    return { outcome: 'failed', errorCode, message }
  }
}

/** As an act on it alone would stand there, so that who looks for what happened to a service finds it. */
async function audited(
  room: BulkRoom,
  { act, options, asked }: BulkData,
  id: string,
  acted: Acted | null,
  error: unknown,
): Promise<void> {
  const shown = (row: Acted['before'] | null) => row && { name: row.name, state: row.state }
  try {
    await room.audit.record({
      caller: { ...asked.caller, authority: null },
      operation: services[act],
      input: { id, ...options },
      requestId: asked.requestId,
      resource: `service:${id}`,
      outcome: acted ? 'done' : error instanceof Failure && error.status < 500 ? 'refused' : 'failed',
      errorCode: acted ? null : error instanceof Failure ? error.code : 'INTERNAL',
      before: shown(acted?.before ?? null),
      after: shown(acted?.after ?? null),
    })
  } catch (cause) {
    room.log.error({ err: cause, serviceId: id, act }, 'what became of one of many was not written to the audit')
  }
}

function partly(act: BulkResult['act'], { services: all }: BulkResult, bad: readonly Outcome[]): JobFailed {
  const codes = new Set(bad.map(({ errorCode }) => errorCode))
  const [only] = codes
  const first = bad
    .slice(0, 3)
    .map(({ name, targetName, message }) => `${name}${targetName === null ? '' : ` on ${targetName}`}: ${message}`)
  const more = bad.length > 3 ? [`and ${bad.length - 3} more`] : []
  const was = act === 'kill' ? 'did not get the signal' : bad.length === 1 ? 'was not' : 'were not'
  const head = `${bad.length} of ${all.length} ${was}${act === 'kill' ? '' : ` ${doneWords[act]}`}.`
  const code = codes.size === 1 && only ? only : 'PARTLY_FAILED'
  return new JobFailed(code, [head, ...first, ...more].join('\n'), { act, services: all })
}

/** Two of one name on one target are told apart by their ids. */
function stepNames(wishes: readonly Wish[]): (wish: Wish) => string {
  const plain = ({ name, targetName }: Wish): string => (targetName === null ? name : `${name} on ${targetName}`)
  const seen = Map.groupBy(wishes, plain)
  return (wish) => ((seen.get(plain(wish))?.length ?? 0) > 1 ? `${plain(wish)} (${wish.id})` : plain(wish))
}
