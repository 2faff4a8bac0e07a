import { Failure, operations, type Permission, type Place } from '@wheelhouse/contract'
import type { JobRecord } from '@wheelhouse/platform/jobs'
import { type Caller, callerMay, requirePermission } from '../../dispatch/index.ts'
import { type Allowance, allowanceOf } from '../../inventory/policies/index.ts'

/** What a job was asked for with where that is not written in the job itself. */
export type AskedAs = (job: JobRecord) => Promise<Allowance | null>

/** Most jobs are called like the operation that asks for them; these are not. */
const permissionsOfOthers: Readonly<Record<string, Permission>> = {
  'stacks.go-on': 'stacks.apply',
  'swarm.rotate': 'swarm.manage',
  'swarm.revert': 'swarm.manage',
  'swarm.rollout': 'services.operate',
}
const permissionOf = new Map<string, Permission | 'public' | 'self'>([
  ...operations.map((each) => [each.id, each.permission] as const),
  ...Object.entries(permissionsOfOthers),
])

/** From one target to another. */
const furtherTargets: Readonly<Record<string, string>> = { 'images.copy': 'to', 'volumes.clone': 'toTargetId' }

const weight: Readonly<Record<Allowance, number>> = { developer: 0, 'developer-with-processes': 1, admin: 2 }
const isAllowance = (value: unknown): value is Allowance => typeof value === 'string' && Object.hasOwn(weight, value)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function placesOf({ kind, data }: JobRecord): Place[] {
  if (kind === 'services.bulk' && Array.isArray(data.wishes))
    return (data.wishes as { id: string; targetId: string | null; refused: unknown }[]).flatMap((wish) =>
      wish.targetId === null || wish.refused !== null ? [] : [{ targetId: wish.targetId, serviceId: wish.id }],
    )
  const further = furtherTargets[kind]
  return [data.targetId, further === undefined ? undefined : data[further]].flatMap((value) => {
    const targetId = text(value)
    return targetId === undefined ? [] : [{ targetId }]
  })
}

/**
 * A job that runs again does so by what its caller may now: whoever asked for it with rights that are gone since asks anew, and is
 * judged anew. Throws FORBIDDEN.
 */
export async function requireRightsOfNow(job: JobRecord, caller: Caller, askedAs: AskedAs): Promise<void> {
  if (callerMay(caller, 'targets.manage')) return
  const permission =
    job.kind === 'services.bulk' && job.data.act === 'remove'
      ? 'services.remove'
      : job.kind === 'services.bulk'
        ? 'services.operate'
        : (permissionOf.get(job.kind) ?? 'targets.manage')
  const places = placesOf(job)
  if (permission !== 'public' && permission !== 'self')
    for (const place of places.length === 0 ? [undefined] : places) requirePermission(caller, permission, place)
  const asked = isAllowance(job.data.allowance) ? job.data.allowance : await askedAs(job)
  const targetId = text(job.data.targetId)
  if (asked === null || targetId === undefined) return
  if (weight[allowanceOf(caller, targetId)] < weight[asked])
    throw new Failure(
      'FORBIDDEN',
      `${job.title} was asked for with rights that you do not have any more. Ask for the same anew: it is then judged by what you may now.`,
      { permission: 'targets.manage' },
    )
}
