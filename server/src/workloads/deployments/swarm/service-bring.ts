import { Failure } from '@wheelhouse/contract'
import {
  type Cluster,
  ownLabels,
  type ServiceProgress,
  type ServiceSpec,
  type Settlement,
  type SwarmServiceSpec,
} from '@wheelhouse/driver'
import { CheckFailed } from '../saga/interruptions.ts'
import type { StepContext, StepKind } from '../saga/step-kinds.ts'
import { follow } from './follow-tasks.ts'
import { type Instance, releaseLabel, seen, unlessGone, workloadOf } from '../steps/instances.ts'

export interface BringArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly releaseId: string
  readonly release: number
  /** On the Swarm. */
  readonly service: string
  /** As it is shown with the stage. */
  readonly label: string
  /** What it was before this run, whole; null where it was not there. */
  readonly before: ServiceSpec | null
  /** How long its tasks may stand still before that is a failure. */
  readonly stillMs: number
}

const undoStillMs = 120_000

/** What a service of a Swarm is now; null where there is none of that name. */
export async function presentSpec(
  room: Pick<StepContext['room'], 'targets'>,
  targetId: string,
  name: string,
): Promise<ServiceSpec | null> {
  let spec: ServiceSpec | null = null
  await unlessGone(async () => {
    spec = (await clusterOf(room, targetId).service(name)).Spec as ServiceSpec
  })
  return spec
}

/** Throws Failure CAPABILITY_MISSING. */
export function clusterOf(room: Pick<StepContext['room'], 'targets'>, targetId: string): Cluster {
  const { cluster } = room.targets.connection(targetId)
  if (cluster) return cluster
  throw new Failure('CAPABILITY_MISSING', `${room.targets.resolve(targetId).name} is no Swarm.`, {
    capability: 'swarm',
  })
}

function specOf(args: BringArgs, context: Pick<StepContext, 'content'>): Promise<SwarmServiceSpec> {
  return context.content(args.releaseId).then((content) => {
    const { spec } = workloadOf(content, args.targetId, args.service)
    if (spec.kind !== 'swarm-service') throw new Error(`${args.service} is no service of a Swarm`)
    const { native, checks } = spec
    const own = {
      [ownLabels.stack]: spec.stack,
      [ownLabels.service]: spec.service,
      [ownLabels.digest]: spec.digest,
      ...(checks.length > 0 && { [ownLabels.checks]: JSON.stringify(checks) }),
      [releaseLabel]: String(args.release),
    }
    // Of the service alone: a label of its tasks would replace every one of them.
    return { ...spec, labels: { ...spec.labels, ...own }, native: { ...native, Labels: { ...native.Labels, ...own } } }
  })
}

const said = ({ updated, desired, waiting }: ServiceProgress): string =>
  `${updated} of ${desired} ${desired === 1 ? 'task' : 'tasks'} updated${waiting === null ? '' : `; waiting: ${waiting}`}`

function onChange(tell: (words: string) => void): (words: string) => void {
  let last = ''
  return (words) => {
    if (words !== last) tell(words)
    last = words
  }
}

function failed({ state, message, reason }: Settlement, name: string, serviceId: string): Failure {
  if (state === 'overtaken') return new Failure('CONFLICT', message, { settled: state })
  return new CheckFailed(message, 'tasks', reason ?? message, [{ name, serviceId }])
}

/**
 * Brings a service of a Swarm to the spec of the release, by the Swarm's own update, and follows its tasks until they have converged.
 * The Swarm itself waits for ever for a task that cannot start: tasks that stand still for too long are a failure. Undone it is what it was.
 */
export const serviceBring: StepKind<BringArgs, Instance> = {
  async do(args, context) {
    const { room, signal } = context
    const cluster = clusterOf(room, args.targetId)
    const spec = await specOf(args, context)
    const brought = await cluster.bring(spec, { signIn: await room.signInFor(spec.image) })
    for (const warning of brought.warnings) context.log(warning, args.label)
    const serviceId = room.targets.serviceId(args.targetId, brought.id)
    const tell = onChange((words) => {
      context.task(args.label, words)
      context.log(words, args.label)
    })
    const how = { spec: spec.native, stillMs: args.stillMs }
    const settled = await follow(cluster, brought.id, how, signal, (progress) => tell(said(progress)))
    if (settled.state !== 'converged') throw failed(settled, args.service, serviceId)
    await seen(context, serviceId, (service) => service !== null)
    return { nativeId: brought.id, serviceId, port: null }
  },
  async undo(args, _result, context) {
    const { room, signal } = context
    const { before, service: name, targetId } = args
    const cluster = clusterOf(room, targetId)
    const image = before?.TaskTemplate.ContainerSpec?.Image
    const signIn = image === undefined ? null : await room.signInFor(image)
    if (before === null) {
      const there = (await presentSpec(room, targetId, name)) !== null
      await cluster.putBack(name, null, { signIn })
      const row = room.targets.services(targetId).find((service) => service.name === name)
      if (row) await seen(context, row.id, (service) => service === null)
      return there ? `${name} was removed.` : null
    }
    const how = await cluster.putBack(name, before, { signIn })
    const id = String((await cluster.service(name)).ID)
    const tell = onChange((words) => context.log(`goes back: ${words}`, args.label))
    const settled = await follow(cluster, id, { spec: before, stillMs: undoStillMs }, signal, (progress) =>
      tell(said(progress)),
    )
    if (settled.state === 'converged' || settled.state === 'rolled-back') return `${name} is what it was before.`
    // It was held like that when this run found it.
    if (how === 'kept' && settled.state === 'paused') return null
    throw failed(settled, name, room.targets.serviceId(targetId, id))
  },
}
