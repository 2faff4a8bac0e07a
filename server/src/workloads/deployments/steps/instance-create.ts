import { Failure, type Service } from '@wheelhouse/contract'
import type { StepContext, StepKind } from '../saga/step-kinds.ts'
import {
  digestLabel,
  findByName,
  freePort,
  type Instance,
  instanceSpec,
  removeIfThere,
  startIfDown,
  stopIfUp,
  wantsPort,
  workloadOf,
} from './instances.ts'

export interface CreateArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly releaseId: string
  readonly release: number
  /** In the spec of the release. */
  readonly service: string
  /** On the target. */
  readonly name: string
  /** Other services reach it by its name inside the networks at once: nothing else does. */
  readonly aliases: boolean
}

async function portOf(context: StepContext, service: Service): Promise<number | null> {
  const nativeId = context.room.targets.nativeId(service)
  const { environment } = await context.room.targets.connection(service.targetId).inspect(nativeId)
  return environment.PORT === undefined ? null : Number(environment.PORT)
}

/** Starts a new instance beside what is there. One of the same name that was made from the same spec is taken as it is. */
export const instanceCreate: StepKind<CreateArgs, Instance> = {
  async do(args, context) {
    const { room } = context
    const workload = workloadOf(await context.content(args.releaseId), args.targetId, args.service)
    const there = findByName(context, args.targetId, args.name)
    if (there !== null) {
      const nativeId = room.targets.nativeId(there)
      if (digestLabel(there) === workload.spec.digest) {
        await startIfDown(context, args.targetId, nativeId)
        return { nativeId, serviceId: there.id, port: wantsPort(workload) ? await portOf(context, there) : null }
      }
      await removeIfThere(context, args.targetId, nativeId)
    }
    const connection = room.targets.connection(args.targetId)
    const port = wantsPort(workload) ? await freePort() : null
    const spec = instanceSpec(workload, { name: args.name, port, release: args.release, aliases: args.aliases })
    const progress = (message: string): void => context.log(message, args.service)
    await connection.prepare?.(spec, progress, context.signal)
    const nativeId = await connection.create(spec, progress, context.signal)
    const serviceId = room.targets.serviceId(args.targetId, nativeId)
    await room.targets
      .whenService(serviceId, (service) => service !== null, 10_000, context.signal)
      .catch((error) => {
        if (!(error instanceof Failure && error.code === 'TIMED_OUT')) throw error
      })
    return { nativeId, serviceId, port }
  },
  async undo(args, result, context) {
    // One that was cut off may be there without our knowing its id: it is found by its name.
    const there = findByName(context, args.targetId, args.name)
    const reference = result?.nativeId ?? (there === null ? args.name : context.room.targets.nativeId(there))
    await stopIfUp(context, args.targetId, reference)
    return (await removeIfThere(context, args.targetId, reference)) ? `${args.name} was removed.` : null
  },
}
