import { Failure, type Service } from '@wheelhouse/contract'
import type { Workload } from '../../stacks/index.ts'
import type { StepContext, StepKind } from '../saga/step-kinds.ts'
import { freePort } from './free-port.ts'
import {
  digestLabel,
  findByName,
  type Instance,
  instanceSpec,
  removeIfThere,
  seen,
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
  /** It was there before this run, kept warm: an undo leaves it as it found it. */
  readonly warm?: boolean
}

const portTries = 5
const isPortTaken = (error: unknown): boolean =>
  error instanceof Failure && /port is already allocated|address already in use/i.test(error.message)

async function portOf(context: StepContext, workload: Workload, service: Service): Promise<number | null> {
  if (!wantsPort(workload)) return null
  const nativeId = context.room.targets.nativeId(service)
  const connection = context.room.targets.connection(service.targetId)
  if (workload.spec.kind === 'container')
    return (await connection.reach?.(nativeId, workload.deploy?.expose?.containerPort ?? 0))?.port ?? null
  const { environment } = await connection.inspect(nativeId)
  return environment.PORT === undefined ? null : Number(environment.PORT)
}

/** One that was kept warm has given up its names; it is started where it has ended since. */
async function takeWarm(context: StepContext, args: CreateArgs, workload: Workload, there: Service): Promise<Instance> {
  const { targets } = context.room
  const nativeId = targets.nativeId(there)
  await startIfDown(context, args.targetId, nativeId)
  if (args.aliases && workload.spec.kind === 'container')
    for (const network of workload.spec.networks) await targets.connection(args.targetId).attach?.(nativeId, network)
  return { nativeId, serviceId: there.id, port: await portOf(context, workload, there) }
}

async function createNew(context: StepContext, args: CreateArgs, workload: Workload): Promise<Instance> {
  const { targets } = context.room
  const connection = targets.connection(args.targetId)
  const progress = (message: string): void => context.log(message, args.service)
  for (let tries = 1; ; tries++) {
    const port = wantsPort(workload) ? await freePort() : null
    const { name, release, aliases } = args
    const spec = instanceSpec(workload, { name, port, release, aliases })
    if (tries === 1) await connection.prepare?.(spec, progress, context.signal)
    try {
      const nativeId = await connection.create(spec, progress, context.signal)
      return { nativeId, serviceId: targets.serviceId(args.targetId, nativeId), port }
    } catch (error) {
      // Whether a port is free on the machine of an engine is known only when it is taken.
      if (port === null || tries >= portTries || !isPortTaken(error)) throw error
    }
  }
}

/** Starts a new instance beside what is there. One of the same name that was made from the same spec is taken as it is. */
export const instanceCreate: StepKind<CreateArgs, Instance> = {
  async do(args, context) {
    const { room } = context
    const workload = workloadOf(await context.content(args.releaseId), args.targetId, args.service)
    const there = findByName(context, args.targetId, args.name)
    if (there !== null) {
      if (digestLabel(there) === workload.spec.digest) return takeWarm(context, args, workload, there)
      await removeIfThere(context, args.targetId, room.targets.nativeId(there))
    }
    const made = await createNew(context, args, workload)
    await seen(context, made.serviceId, (service) => service !== null)
    return made
  },
  async undo(args, result, context) {
    if (args.warm === true) return null
    // One that was cut off may be there without our knowing its id: it is found by its name.
    const there = findByName(context, args.targetId, args.name)
    const reference = result?.nativeId ?? (there === null ? args.name : context.room.targets.nativeId(there))
    await stopIfUp(context, args.targetId, reference)
    const removed = await removeIfThere(context, args.targetId, reference)
    const serviceId = result?.serviceId ?? there?.id
    if (serviceId !== undefined) await seen(context, serviceId, (service) => service === null)
    return removed ? `${args.name} was removed.` : null
  },
}
