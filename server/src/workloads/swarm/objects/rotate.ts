import { Failure } from '@wheelhouse/contract'
import type { ServiceSpec, SwarmStored } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import type { Allowance } from '../../../inventory/policies/index.ts'
import { some } from '../plan-text.ts'
import { clusterOf, seenSwarm, type Seen, shown, type SwarmRoom } from '../room.ts'
import { allowedTo } from '../services/policy.ts'
import {
  type Family,
  findFamily,
  newestOf,
  nextName,
  objectLabels,
  type ObjectKind,
  objectsOf,
  usesIn,
  versionOf,
} from './family.ts'
import { isInterrupted, moveUsers } from './move.ts'

interface Common extends Record<string, unknown> {
  readonly targetId: string
  readonly kind: ObjectKind
  readonly family: string
  readonly by: string
  /** Of who asked: users may have come to reach beyond themselves since. */
  readonly allowance: Allowance
  readonly deadlineMs: number
}
export interface RotateData extends Common {
  /** Of the new value, in the store. */
  readonly value: string
  readonly removeOld: boolean
}
/** A rotation that was cut off goes on from where it was. */
export async function rotateOn(room: SwarmRoom, targetId: string): Promise<void> {
  for (const jobId of await room.store.valueUsers()) {
    const job = await room.jobs.get(jobId)
    if (job?.error?.errorCode === 'INTERRUPTED' && job.data.targetId === targetId) await room.jobs.retry(jobId)
  }
}

export interface RevertData extends Common {
  readonly version: number
}

/** Services that use any version of the family but this one. */
export function usersOf(seen: Seen, kind: ObjectKind, { versions }: Family, except: string | null) {
  const ids = new Set(versions.map(({ ID }) => ID).filter((id) => id !== except))
  return seen.sight.services
    .filter(({ Spec }) => usesIn(Spec, kind).some((use) => ids.has(use.id)))
    .map(({ ID, Spec }) => ({ nativeId: ID, name: Spec.Name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Labels of the version before stay, but for what is said of a version. */
function labelsOf(before: SwarmStored, family: string, version: number, jobId: string): Record<string, string> {
  return {
    ...before.Spec.Labels,
    [objectLabels.family]: family,
    [objectLabels.version]: String(version),
    [objectLabels.job]: jobId,
  }
}

const judgeOf =
  (room: SwarmRoom, { targetId, allowance }: Common) =>
  (spec: ServiceSpec): unknown =>
    allowedTo(room, targetId, spec, allowance)

/** The job `swarm.rotate`. Run again after it was cut off, it goes on with the version it had made. */
export async function runRotate(room: SwarmRoom, data: RotateData, job: JobContext): Promise<Record<string, unknown>> {
  const { targetId, kind, family: name, by, deadlineMs } = data
  const cluster = clusterOf(room.registry, targetId)
  await room.store.valueUsedBy(data.value, job.job.id)
  const find = (): Family => findFamily(seenSwarm(room.registry, targetId), kind, name)
  const family = find()
  const made = family.versions.find(({ Spec }) => Spec.Labels?.[objectLabels.job] === job.job.id)
  const next = made ? { name: made.Spec.Name, version: versionOf(made) } : nextName(family)
  job.step('Version', 'running', `Making ${next.name}`)
  const id =
    made?.ID ??
    (await cluster.createObject(kind, {
      name: next.name,
      labels: labelsOf(newestOf(family), name, next.version, job.job.id),
      data: await room.store.value(data.value),
    }))
  await shown(
    room,
    targetId,
    () => (objectsOf(seenSwarm(room.registry, targetId), kind).some(({ ID }) => ID === id) ? true : null),
    job.signal,
  )
  job.step('Version', 'done', `${next.name} is there`)
  const from = new Set(family.versions.map(({ ID }) => ID).filter((one) => one !== id))
  let moved: string[]
  try {
    const users = usersOf(seenSwarm(room.registry, targetId), kind, family, id)
    const to = { id, name: next.name }
    moved = await moveUsers({ cluster, kind, from, to, deadlineMs, judge: judgeOf(room, data) }, users, job)
  } catch (error) {
    // Kept where somebody could not be brought back from it.
    const left = error instanceof Failure && Array.isArray(error.details.stuck) && error.details.stuck.length > 0
    if (!left && !isInterrupted(job)) await cluster.removeObject(kind, id).catch(() => undefined)
    throw error
  }
  await room.store.forgetValue(data.value)
  const removed = data.removeOld
    ? await removeAll(
        room,
        cluster,
        kind,
        family.versions.filter(({ ID }) => from.has(ID)),
        job,
      )
    : []
  job.progress(1, `${some(moved.length, 'service')} moved to ${next.name}`)
  tell(
    room,
    data,
    `The ${kind} ${name} has a new version, ${next.name}${moved.length > 0 ? `, which ${moved.join(', ')} ${moved.length === 1 ? 'uses' : 'use'}` : ''}.`,
    {
      version: next.version,
      moved,
    },
  )
  return { objectId: `${targetId}:${id}`, name: next.name, version: next.version, moved, removed, by }
}

/** The job `swarm.revert`. */
export async function runRevert(room: SwarmRoom, data: RevertData, job: JobContext): Promise<Record<string, unknown>> {
  const { targetId, kind, family: name, version, deadlineMs } = data
  const seen = seenSwarm(room.registry, targetId)
  const family = findFamily(seen, kind, name)
  const object = versionIn(family, version, kind)
  const cluster = clusterOf(room.registry, targetId)
  const from = new Set(family.versions.map(({ ID }) => ID).filter((id) => id !== object.ID))
  const to = { id: object.ID, name: object.Spec.Name }
  const users = usersOf(seen, kind, family, object.ID)
  const moved = await moveUsers({ cluster, kind, from, to, deadlineMs, judge: judgeOf(room, data) }, users, job)
  job.progress(1, `${some(moved.length, 'service')} moved to ${to.name}`)
  tell(room, data, `Users of the ${kind} ${name} went back to its version ${version}.`, { version, moved })
  return { objectId: `${targetId}:${object.ID}`, name: to.name, version, moved }
}

export function versionIn({ name, versions }: Family, version: number, kind: ObjectKind): SwarmStored {
  const found = versions.find((object) => versionOf(object) === version)
  if (found) return found
  const there = versions.map(versionOf).join(', ')
  throw new Failure('NOT_FOUND', `The ${kind} ${name} has no version ${version}. There is ${there}.`, {
    kind,
    id: `${name}-v${version}`,
  })
}

/** The version that users have now has one before it. */
export function versionBefore(seen: Seen, kind: ObjectKind, family: Family): number {
  const used = new Set(seen.sight.services.flatMap(({ Spec }) => usesIn(Spec, kind).map(({ id }) => id)))
  const current = family.versions.findLast(({ ID }) => used.has(ID)) ?? newestOf(family)
  const before = family.versions.findLast((object) => versionOf(object) < versionOf(current))
  if (before) return versionOf(before)
  throw new Failure('STATE_CONFLICT', `There is no version of ${family.name} before ${current.Spec.Name}.`)
}

/** Those that are still used stay. */
async function removeAll(
  room: SwarmRoom,
  cluster: ReturnType<typeof clusterOf>,
  kind: ObjectKind,
  old: readonly SwarmStored[],
  job: JobContext,
): Promise<string[]> {
  const removed: string[] = []
  job.step('Old versions', 'running', 'Removing them')
  for (const { ID, Spec } of old) {
    try {
      await cluster.removeObject(kind, ID)
      removed.push(Spec.Name)
    } catch (error) {
      room.log.info({ err: error, name: Spec.Name }, 'an old version stays')
    }
  }
  job.step(
    'Old versions',
    removed.length === old.length ? 'done' : 'failed',
    `${removed.length} of ${old.length} removed`,
  )
  return removed
}

function tell(
  room: SwarmRoom,
  { targetId, kind, family, by }: Common,
  message: string,
  data: Record<string, unknown>,
): void {
  room.announce({ type: 'secret.rotated', targetId, actor: by, message, data: { kind, family, ...data } })
}
