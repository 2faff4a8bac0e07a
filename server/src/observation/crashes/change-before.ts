import { type CrashReport, type Deployment, type Event, Failure } from '@wheelhouse/contract'
import { type Caller, visiblePlaces } from '../../dispatch/index.ts'
import type { SourceRow } from '../log-history/index.ts'
import type { CrashRoom } from './room.ts'

const ofStacks = ['deployment.started', 'deployment.finished', 'stack.applied', 'stack.adopted', 'stack.failed']
const ofServices = ['container.replaced', 'rollout.finished', 'rollout.rolled-back', 'rollout.started']
const made = ['service.created', 'service.renamed']
const looked = 40

/** What changed last before a moment, of what may have made a service fall. */
export async function changeBefore(
  room: CrashRoom,
  named: readonly SourceRow[],
  source: SourceRow,
  beforeMs: number,
  caller: Caller,
): Promise<CrashReport['change']> {
  const common = { untilMs: beforeMs, places: visiblePlaces(caller, 'timeline.read'), limit: looked }
  const serviceIds = named.map(({ serviceId }) => serviceId)
  const found = await Promise.all([
    source.stack === null ? [] : room.recent({ ...common, types: ofStacks, stack: source.stack }),
    room.recent({ ...common, types: ofServices, serviceIds }),
  ])
  const events = found.flat().toSorted((a, b) => (a.at < b.at ? 1 : -1))
  const shared = new Map<string, Promise<Deployment | null>>()
  const runOf = (id: string): Promise<Deployment | null> => {
    const known = shared.get(id) ?? room.seenRun(id, caller).catch(unseen)
    shared.set(id, known)
    return known
  }
  for (const event of events) {
    const runId = typeof event.data.deploymentId === 'string' ? event.data.deploymentId : null
    const deployment = runId === null ? null : await runOf(runId)
    // Runs of the same stack may go to other targets, in another environment.
    const here = deployment?.targets.some(({ id }) => id === source.targetId) ?? event.targetId === source.targetId
    if (here || (event.serviceId !== null && serviceIds.includes(event.serviceId)))
      return told(event, deployment, beforeMs)
  }
  // Nothing of ours: then it was made, or renamed, by somebody else.
  const [event] = await room.recent({ ...common, types: made, serviceIds, limit: 1 })
  return event ? told(event, null, beforeMs) : null
}

const unseen = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'NOT_FOUND') return null
  throw error
}

const told = (event: Event, deployment: Deployment | null, beforeMs: number): CrashReport['change'] => ({
  at: event.at,
  beforeMs: Math.max(0, beforeMs - Date.parse(event.at)),
  title: event.message,
  type: event.type,
  actor: event.actor,
  deployment,
})
