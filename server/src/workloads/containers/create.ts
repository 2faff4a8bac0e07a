import { type ContainerDraft, Failure } from '@wheelhouse/contract'
import type { ContainerSpec } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { type Allowance, containerReasons, refuseOrTell } from '../../inventory/policies/index.ts'
import { serviceIdOf } from '../../inventory/targets/index.ts'
import { becomeHealthy } from './healthy.ts'
import { lastLinesOf } from './last-lines.ts'
import { type ContainerRoom, engineOf } from './room.ts'

export interface CreateData extends Record<string, unknown> {
  readonly targetId: string
  readonly name: string
  /** Of what it is to be, in the store of changes. */
  readonly change: string
  readonly start: boolean
  /** Of whoever asked. */
  readonly allowance: Allowance
  readonly by: string
}

/** Throws CONFLICT where the engine has a container of that name. */
export function requireFree(room: ContainerRoom, targetId: string, { name }: Pick<ContainerDraft, 'name'>): void {
  const mirror = room.registry.mirror(targetId)
  for (const service of mirror.services.values()) {
    if (service.name !== name) continue
    throw new Failure('CONFLICT', `${mirror.record.name} has a container "${name}" already. Choose another name.`, {
      field: 'draft.name',
    })
  }
}

/** A job may run long after it was asked for, or again: the policy is asked as it is then. Throws POLICY_REFUSED. */
export function requireStillAllowed(
  room: Pick<ContainerRoom, 'rulesFor'>,
  targetId: string,
  spec: ContainerSpec,
  allowance: Allowance,
): void {
  const rules = room.rulesFor(targetId)
  refuseOrTell(containerReasons(spec, new Set([spec.name]), rules), 'this container', allowance, rules)
}

/**
 * Pulls, makes and starts. One that does not stay up is left as it is, to be looked at: nothing stood there before. One that is not to be
 * restarted, and ended well, did what it was made for.
 */
export async function runCreate(
  room: ContainerRoom,
  data: CreateData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { connection, containers } = engineOf(room.registry, data.targetId)
  const spec = await room.changes.get(data.change)
  requireStillAllowed(room, data.targetId, spec, data.allowance)
  const { signal } = job
  job.step('Image', 'running', `Having ${spec.image}`)
  await connection.prepare?.(spec, (message, fraction) => job.progress(fraction ?? job.job.progress, message), signal)
  job.step('Image', 'done')
  job.step('Create', 'running', `Making ${spec.name}`)
  const pull = 'never'
  const made = await containers.make({ ...spec, pull }, (message) => job.progress(job.job.progress, message), signal)
  job.step('Create', 'done')
  await room.changes.forget(data.change)
  const serviceId = serviceIdOf(data.targetId, made)
  if (!data.start) return { serviceId, name: spec.name }
  job.step('Start', 'running', `Starting ${spec.name}`)
  await connection.start(made)
  const patience = { withinMs: 60_000, settleMs: room.settleMs ?? 2000 }
  try {
    await becomeHealthy(room.registry, serviceId, patience, signal)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const row = room.registry.service(serviceId)
    if (spec.restart.policy === 'no' && row?.state === 'stopped' && row.exitCode === 0) {
      job.step('Start', 'done', `${spec.name} did its work and ended`)
      return { serviceId, name: spec.name }
    }
    const lines = await lastLinesOf(connection, made)
    const said = lines.length === 0 ? '' : ` It said last: ${lines.join(' | ')}`
    throw new Failure(error.code, `${error.message} It is left as it is, to be looked at.${said}`, { serviceId, lines })
  }
  job.step('Start', 'done', `${spec.name} is healthy`)
  return { serviceId, name: spec.name }
}
