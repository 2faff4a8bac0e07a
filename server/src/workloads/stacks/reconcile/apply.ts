import { Failure } from '@wheelhouse/contract'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { awaitCondition, settle, type Watch, type Watched } from './converge.ts'
import { decide, type Decision, type ServiceAction, specOf } from './decide.ts'
import type { StackRoom } from '../room.ts'
import { narrowed, partOf } from './part.ts'
import { perform, stopAndRemove } from './perform.ts'
import { nameOf } from './plan.ts'
import { requireAllowed } from '../policy.ts'
import { pool } from './pool.ts'
import { levels, type Rendered } from '../rendered.ts'
import { presentOn, requireConnected } from './present.ts'
import type { StackTarget } from '../stack-targets.ts'
import type { Revision, StackRecord } from '../store.ts'
import { applyToSwarm } from '../swarm/apply.ts'

const width = 4
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What the job `stacks.apply` is told. The rendered stack itself may hold secrets and waits sealed in the table. */
export interface ApplyData extends Record<string, unknown> {
  readonly stackId: string
  readonly revision: number
  readonly targetId: string
  readonly by: string
}

/** Runs one revision. Answers how many of each verb were done. */
export async function runApply(room: StackRoom, data: ApplyData, job: JobContext): Promise<Record<string, unknown>> {
  const stack = await room.store.get(data.stackId)
  const revision = await room.store.revision(data.stackId, data.revision)
  if (!stack || !revision)
    throw new Failure('NOT_FOUND', 'This revision of the stack is not kept any more. Apply the file again.')
  try {
    const at = requireConnected(room.targets.resolve(stack.targetId))
    const counts =
      at.kind === 'swarm'
        ? await applyToSwarm(room, at, stack, allowed(room, at, revision), job)
        : await converge(room, stack, revision, job)
    await room.store.applied(data.stackId, data.revision, data.by, Date.now())
    const target = room.targets.resolve(stack.targetId)
    room.announce({
      type: 'stack.applied',
      message: `${stack.name} was applied on ${target.name}.`,
      actor: data.by,
      targetId: stack.targetId,
      stack: stack.name,
      data: { revision: data.revision, counts },
    })
    return { stackId: data.stackId, revision: data.revision, counts }
  } catch (error) {
    for (const step of job.job.steps) {
      if (step.state === 'waiting') job.step(step.name, 'skipped')
    }
    const why = words(error).split('\n')[0]!
    await room.store.failed(data.stackId, data.revision, why)
    room.announce({
      type: 'stack.failed',
      severity: 'error',
      message: `${stack.name} was not applied whole: ${why}`,
      actor: data.by,
      targetId: stack.targetId,
      stack: stack.name,
      data: { revision: data.revision },
    })
    throw error
  }
}

/** Rules may have changed since it was let through. */
function allowed(room: StackRoom, target: StackTarget, revision: Revision): Revision {
  const { rendered, only } = revision
  const part = only === undefined ? rendered : partOf(rendered, new Set(only))
  requireAllowed(part, revision.allowance, room.rulesFor(target.id))
  return revision
}

/** The last step of an apply: what was started has to stay up for a while. */
const steady = 'stay up'

async function converge(
  room: StackRoom,
  stack: StackRecord,
  revision: Revision,
  job: JobContext,
): Promise<Record<string, number>> {
  const { rendered } = revision
  const only = revision.only === undefined ? null : new Set(revision.only)
  const part = only === null ? rendered : partOf(rendered, only)
  const target = requireConnected(room.targets.resolve(stack.targetId))
  requireAllowed(part, revision.allowance, room.rulesFor(target.id))
  const connection = room.targets.connection(target.id)
  const place = { connection, targets: room.targets }
  const past = await room.store.past(stack)
  const whole = decide(rendered, past, await presentOn(room.targets, target.id))
  const decision = only === null ? whole : narrowed(whole, part, only)
  refuseClashes(decision)
  const total =
    decision.resources.length +
    decision.services.length +
    decision.removedServices.length +
    decision.removedNetworks.length +
    1
  let done = 0
  const counts: Record<string, number> = {}
  const step = async (name: string, verb: string, work: () => Promise<string | void>): Promise<void> => {
    job.signal.throwIfAborted()
    job.step(name, 'running')
    try {
      const message = await work()
      job.step(name, 'done', message ?? '')
    } catch (error) {
      job.step(name, 'failed', words(error))
      throw error
    }
    counts[verb] = (counts[verb] ?? 0) + 1
    job.progress(++done / total, `${name}: done`)
  }
  announce(rendered, decision, job)

  for (const { spec, verb } of decision.resources) {
    await step(`${spec.kind} ${spec.name}`, verb, async () =>
      verb === 'keep' ? 'kept' : connection.ensureResource(spec),
    )
  }

  const watch: Watch = { targets: room.targets, settings: room.settings, lastLines: room.lastLines, signal: job.signal }
  const running = new Map<string, Watched[]>()
  const actions = new Map(decision.services.map((action) => [action.workload.spec.name, action]))
  const one = (action: ServiceAction): Promise<void> => {
    const { spec, dependsOn } = action.workload
    const label = nameOf(rendered, spec)
    return step(label, action.verb, async () => {
      for (const { service, condition } of dependsOn) {
        for (const watched of running.get(service) ?? []) {
          job.step(label, 'running', `waits for ${watched.label} to be ${condition}`)
          await awaitCondition(watch, watched, condition)
        }
      }
      job.step(label, 'running', action.reasons.join(', '))
      const nativeId = await perform(
        {
          ...place,
          signal: job.signal,
          progress: (message) => job.step(label, 'running', message),
          before: (service) => specOf(service, past),
        },
        action,
      )
      running.set(spec.service, [
        ...(running.get(spec.service) ?? []),
        { label, spec, serviceId: room.targets.serviceId(target.id, nativeId) },
      ])
      return [action.verb, ...action.reasons].join(': ')
    })
  }
  for (const level of levels(part.workloads)) {
    await pool(level, width, (workload) => one(actions.get(workload.spec.name)!))
  }

  const once = new Set(
    part.workloads.flatMap(({ dependsOn }) =>
      dependsOn.filter((dep) => dep.condition === 'completed').map((dep) => dep.service),
    ),
  )
  await step(steady, steady, () => settle(watch, [...running.values()].flat(), once))

  for (const service of decision.removedServices) {
    await step(`remove ${service.name}`, 'remove', () => stopAndRemove(place, service, false))
  }
  for (const network of decision.removedNetworks) {
    await step(`remove network ${network.name}`, 'remove', () => connection.removeResource('network', network.name))
  }
  delete counts[steady]
  const services = part.workloads.length
  job.progress(1, `${stack.name} runs: ${services} ${services === 1 ? 'service' : 'services'}.`)
  return counts
}

/** Lists every step before the first is taken. */
function announce(rendered: Rendered, decision: Decision, job: JobContext): void {
  for (const { spec } of decision.resources) job.step(`${spec.kind} ${spec.name}`, 'waiting')
  for (const { workload } of decision.services) job.step(nameOf(rendered, workload.spec), 'waiting')
  job.step(steady, 'waiting')
  for (const service of decision.removedServices) job.step(`remove ${service.name}`, 'waiting')
  for (const network of decision.removedNetworks) job.step(`remove network ${network.name}`, 'waiting')
}

function refuseClashes(decision: Decision): void {
  const [clash] = decision.clashes
  if (!clash) return
  const owner = clash.stack === null ? 'no stack' : `the stack ${clash.stack}`
  throw new Failure('CONFLICT', `The name ${clash.name} is taken by a service of ${owner}. Rename one of them.`)
}
