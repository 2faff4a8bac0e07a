import { Failure } from '@wheelhouse/contract'
import type { ServiceSpec } from '@wheelhouse/driver'
import type { StepKind } from '../saga/step-kinds.ts'
import { follow } from './follow-tasks.ts'
import { removeIfThere, seen } from '../steps/instances.ts'
import { clusterOf } from './service-bring.ts'

export interface RemoveArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly serviceId: string
  /** On the Swarm. */
  readonly service: string
  /** What it was, whole; null where it was gone by itself. */
  readonly before: ServiceSpec | null
}

const undoStillMs = 120_000

/** Removes a service of a Swarm that stands in the way of another. Undone it is made anew as it was. */
export const serviceRemove: StepKind<RemoveArgs, null> = {
  async do({ targetId, serviceId, service }, context) {
    await removeIfThere(context, targetId, service)
    await seen(context, serviceId, (one) => one === null)
    return null
  },
  async undo({ targetId, service, before }, _result, context) {
    if (before === null) return null
    const cluster = clusterOf(context.room, targetId)
    const image = before.TaskTemplate.ContainerSpec?.Image
    const signIn = image === undefined ? null : await context.room.signInFor(image)
    const how = await cluster.putBack(service, before, { signIn })
    const id = String((await cluster.service(service)).ID)
    const settled = await follow(cluster, id, { spec: before, stillMs: undoStillMs }, context.signal, () => undefined)
    if (settled.state !== 'converged') throw new Failure('TARGET_REFUSED', settled.message, { reason: settled.reason })
    return how === 'kept' ? null : `${service} is there again.`
  },
}
