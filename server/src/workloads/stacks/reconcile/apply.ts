import { Failure } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { awaitCondition, settle, type Watch, type Watched } from './converge.ts'
import { decide, type Decision, type ServiceAction, specOf } from './decide.ts'
import type { StackRoom } from '../room.ts'
import { narrowed, partOf } from './part.ts'
import { type Aside, perform, stopAndRemove } from './perform.ts'
import { holding } from './hold.ts'
import { isInterrupted } from '../journal/interrupted.ts'
import { nameOf } from './plan.ts'
import { requireAllowed } from '../policy.ts'
import { pool } from './pool.ts'
import { levels, type Rendered, type Workload } from '../rendered.ts'
import { presentOn, requireConnected } from './present.ts'
import type { Revision, StackRecord } from '../store.ts'
import { applyToSwarm } from '../swarm/apply.ts'
import type { ApplyData } from './apply-data.ts'

const width = 4
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs one revision while no deployment may change the stack. Throws STATE_CONFLICT where one is under way. */
export const heldApply = (room: StackRoom, data: ApplyData, job: JobContext): Promise<Record<string, unknown>> =>
  holding(room, data.stackId, job, null, () => runApply(room, data, job))

/** Runs one revision. Answers how many of each verb were done. */
export async function runApply(room: StackRoom, data: ApplyData, job: JobContext): Promise<Record<string, unknown>> {
  const stack = await room.store.get(data.stackId)
  const revision = await room.store.revision(data.stackId, data.revision)
  if (!stack || !revision)
    throw new Failure('NOT_FOUND', 'This revision of the stack is not kept any more. Apply the file again.')
  // Whoever applies it wants it there: a removal that was cut off is not gone on with.
  await room.removals.end(data.stackId)
  try {
    const at = requireConnected(room.targets.resolve(stack.targetId))
    const counts =
      at.kind === 'swarm'
        ? await applyToSwarm(room, at, stack, revision, data, job)
        : await converge(room, stack, revision, data, job)
    await room.store.applied(data.stackId, data.revision, data.by, Date.now())
    const target = room.targets.resolve(stack.targetId)
    const adopted = data.origin === 'adopt'
    room.announce({
      type: adopted ? 'stack.adopted' : 'stack.applied',
      message: adopted
        ? `${stack.name} on ${target.name} was adopted: it is managed from here now.`
        : `${stack.name} was applied on ${target.name}.`,
      actor: data.by,
      targetId: stack.targetId,
      stack: stack.name,
      data: { revision: data.revision, counts },
    })
    return { stackId: data.stackId, revision: data.revision, counts }
  } catch (error) {
    // Its journal stands: it is gone on with when this program is there again.
    if (isInterrupted(job) && (await room.journal.find(data.stackId)) !== null) throw error
    // That of a Swarm says by itself how far it went back.
    if (room.targets.resolve(stack.targetId).kind !== 'swarm') await room.journal.end(data.stackId)
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

/** The first step of an apply that makes something. */
const images = 'images'
/** One of those that need the same image in the same way. */
function imagesOf({ services }: Decision): ServiceAction[] {
  const made = services.filter(
    ({ verb, workload }) => /create|replace/.test(verb) && workload.spec.kind === 'container',
  )
  const key = ({ workload: { spec } }: ServiceAction): string =>
    spec.kind === 'container' ? [spec.image, spec.pull, spec.platform].join(' ') : ''
  return [...new Map(made.map((action) => [key(action), action])).values()]
}
/** As it is once its image was brought: a second pull could bring another. */
const afterPull = (workload: Workload): Workload =>
  workload.spec.kind === 'container' && workload.spec.pull === 'always'
    ? { ...workload, spec: { ...workload.spec, pull: 'missing' } }
    : workload

/** The last step of an apply: what was started has to stay up for a while. */
const steady = 'stay up'

async function converge(
  room: StackRoom,
  stack: StackRecord,
  revision: Revision,
  data: ApplyData,
  job: JobContext,
): Promise<Record<string, number>> {
  const { rendered } = revision
  const only = revision.only === undefined ? null : new Set(revision.only)
  const part = only === null ? rendered : partOf(rendered, only)
  const target = requireConnected(room.targets.resolve(stack.targetId))
  requireAllowed(part, revision.allowance, room.rulesFor(target.id))
  const connection = room.targets.connection(target.id)
  const place = { connection, targets: room.targets }
  await room.asides.settle(target.id, stack.name)
  const past = await room.store.past(stack)
  const whole = decide(rendered, past, await presentOn(room.targets, target.id))
  const decision = only === null ? whole : narrowed(whole, part, only)
  refuseClashes(decision)
  const total =
    decision.resources.length +
    decision.services.length +
    decision.removedServices.length +
    decision.removedNetworks.length +
    (imagesOf(decision).length > 0 ? 2 : 1)
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

  // First of all, and for all of them: what cannot be had must not be found out with half of the stack made anew.
  const wanted = imagesOf(decision)
  if (wanted.length > 0 && connection.prepare) {
    await step(images, images, () =>
      pool(wanted, width, ({ workload: { spec } }) =>
        connection.prepare!(spec, (message) => job.step(images, 'running', message), job.signal),
      ),
    )
    delete counts[images]
  }

  for (const { spec, verb } of decision.resources) {
    await step(`${spec.kind} ${spec.name}`, verb, async () =>
      verb === 'keep' ? 'kept' : connection.ensureResource(spec),
    )
  }

  const watch: Watch = { targets: room.targets, settings: room.settings, lastLines: room.lastLines, signal: job.signal }
  const running = new Map<string, Watched[]>()
  const asides: { readonly label: string; readonly aside: Aside }[] = []
  const restarted: string[] = []
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
      const { nativeId, aside } = await perform(
        {
          ...place,
          signal: job.signal,
          jobId: job.job.id,
          progress: (message) => job.step(label, 'running', message),
          before: (service) => specOf(service, past),
        },
        wanted.length > 0 ? { ...action, workload: afterPull(action.workload) } : action,
      )
      if (aside) asides.push({ label, aside })
      if (action.restartsAfter !== undefined) restarted.push(nativeId)
      running.set(spec.service, [
        ...(running.get(spec.service) ?? []),
        { label, spec, serviceId: room.targets.serviceId(target.id, nativeId) },
      ])
      return action.verb === 'keep' ? 'kept' : [action.verb, ...action.reasons].join(': ')
    })
  }
  const once = new Set(
    part.workloads.flatMap(({ dependsOn }) =>
      dependsOn.filter((dep) => dep.condition === 'completed').map((dep) => dep.service),
    ),
  )
  await writeDown(room, decision, data, job)
  try {
    for (const level of levels(part.workloads)) {
      await pool(level, width, (workload) => one(actions.get(workload.spec.name)!))
    }
    await step(steady, steady, () => settle(watch, [...running.values()].flat(), once))
  } catch (error) {
    throw await broughtBack(connection, asides, restarted, error)
  }
  await room.journal.end(stack.id)
  // Only now are the old ones let go: until here each could have come back.
  for (const { label, aside } of asides)
    await aside.commit().catch((error: unknown) => {
      // The new one serves: what could not be removed goes once the engine lets it.
      job.step(label, 'done', `the old one is not removed yet: ${words(error)}`)
    })

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

/**
 * Brings back what stepped aside, the last first, and answers the error with what came of it. What was restarted for the new is restarted
 * for the old.
 */
async function broughtBack(
  connection: Connection,
  asides: readonly { readonly label: string; readonly aside: Aside }[],
  restarted: readonly string[],
  error: unknown,
): Promise<unknown> {
  if (asides.length === 0) return error
  const back: string[] = []
  const lost: string[] = []
  for (const { label, aside } of asides.toReversed())
    await aside.undo().then(
      () => back.push(label),
      (second: unknown) => lost.push(`${label} could not be brought back: ${words(second)}`),
    )
  for (const nativeId of restarted)
    await connection.restart(nativeId, {}).catch((second: unknown) => lost.push(words(second)))
  const told =
    back.length === 0 ? '' : ` The old ${back.toReversed().join(', ')} ${back.length === 1 ? 'is' : 'are'} back.`
  const code = error instanceof Failure ? error.code : 'TARGET_REFUSED'
  const details = error instanceof Failure ? error.details : {}
  return new Failure(code, `${words(error)}${told}${lost.map((line) => ` ${line}`).join('')}`, details, {
    cause: error,
  })
}

/**
 * A container that is replaced stands aside and is found again by its name; of a process nothing is left once it made room. So it is
 * written down that the apply goes on should it be cut off.
 */
async function writeDown(room: StackRoom, { services }: Decision, data: ApplyData, { job }: JobContext): Promise<void> {
  if (!services.some(({ verb, current }) => verb === 'replace' && current?.kind !== 'container')) return
  const { stackId, revision, targetId, by, origin = 'apply' } = data
  await room.journal.begin({ stackId, revision, targetId, jobId: job.id, by, origin, why: null, startedAt: Date.now() })
}

/** Lists every step before the first is taken. */
function announce(rendered: Rendered, decision: Decision, job: JobContext): void {
  if (imagesOf(decision).length > 0) job.step(images, 'waiting')
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
