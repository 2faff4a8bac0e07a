import { Failure } from '@wheelhouse/contract'
import { type Caller, requirePermission } from '../../dispatch/index.ts'
import { allowanceOf } from '../../inventory/policies/index.ts'
import { adoptRunning } from './adoption/adopt.ts'
import { carryAdopted } from './adoption/carry-adopted.ts'
import { keptBefore, withKeptValues, withoutKept } from './adoption/kept-values.ts'
import { isForSwarm, targetFor } from './choose-target.ts'
import { stackIdOf } from './found.ts'
import { requireAllowed } from './policy.ts'
import { readStack, type StackRead, type StackText } from './read-stack.ts'
import { decide } from './reconcile/decide.ts'
import { sealDigests } from './reconcile/digest.ts'
import { merged, narrowed, partOf, withNeeds } from './reconcile/part.ts'
import { makePlan } from './reconcile/plan.ts'
import type { Asked, Prepared } from './reconcile/prepared.ts'
import { presentOn, requireConnected } from './reconcile/present.ts'
import type { Rendered } from './rendered.ts'
import type { StackRoom } from './room.ts'
import type { StackTarget } from './stack-targets.ts'
import { nothingPast } from './store.ts'
import { makeSwarmPlan } from './swarm/plan.ts'
import { prepareSwarm } from './swarm/prepare.ts'

function requireValid(read: StackRead): Rendered {
  if (read.rendered) return read.rendered
  const errors = read.problems.filter((problem) => problem.severity === 'error')
  const [first] = errors
  const more = errors.length > 1 ? ` ${errors.length - 1} more are in the details.` : ''
  const where = first?.line == null ? '' : `line ${first.line}: `
  throw new Failure('STACK_INVALID', `The stack file has errors. ${where}${first?.message ?? ''}${more}`, {
    problems: read.problems,
  })
}

/** What a stack is asked for by its text. */
export type AskedText = StackText & {
  readonly target?: string | undefined
  readonly services?: readonly string[] | undefined
  /** Take over what was only found. */
  readonly adopt?: boolean | undefined
}

/** Reads a stack and holds it against permissions, policy and what runs. Throws Failure. */
export async function prepare(room: StackRoom, input: AskedText, caller: Caller): Promise<Prepared> {
  const read = readStack({ ...input, swarm: isForSwarm(room, input.target, caller) })
  const valid = requireValid(read)
  const target = targetFor(room, input.target, read.format, caller)
  requirePermission(caller, 'stacks.apply', { targetId: target.id })
  const rendered = input.adopt
    ? await adoptRunning(room, requireConnected(target), valid, input)
    : withKeptValues(valid, input.source, await keptOn(room, target, valid.name))
  const told = withoutKept(read.problems, rendered).map((problem) =>
    problem.line === null ? problem.message : `line ${problem.line}: ${problem.message}`,
  )
  return weigh(room, { rendered, target, told, services: input.services }, caller)
}

/** Values that are kept for variables of the stack, by the name of the container. */
export async function keptOn(
  room: StackRoom,
  target: StackTarget,
  name: string,
): Promise<ReturnType<typeof keptBefore>> {
  const stack = await room.store.get(stackIdOf(target.id, name))
  return stack === null ? new Map() : keptBefore(await room.store.past(stack))
}

/** Holds a rendered stack against permissions, policy and what runs. Throws Failure. */
export async function weigh(
  room: StackRoom,
  { rendered: valid, target, told, services }: Asked,
  caller: Caller,
): Promise<Prepared> {
  requirePermission(caller, 'stacks.apply', { targetId: target.id })
  requireConnected(target)
  const allowance = allowanceOf(caller, target.id)
  const only = services === undefined ? null : withNeeds(valid, services)
  const notes = requireAllowed(only === null ? valid : partOf(valid, only), allowance, room.rulesFor(target.id))
  const key = await room.store.digestKey()
  if (target.kind === 'swarm') {
    const stack = await room.store.get(stackIdOf(target.id, valid.name))
    const { plain, bound, decision, sight } = await prepareSwarm(room, target, stack, valid, only)
    const plan = makeSwarmPlan(bound, target, decision, sight, [...told, ...notes], key)
    return { target, rendered: plain, only, allowance, plan }
  }
  const sealed = sealDigests(valid, key)
  const stack = await room.store.get(stackIdOf(target.id, sealed.name))
  const past = stack ? await room.store.past(stack) : nothingPast
  const whole = carryAdopted(sealed, past)
  const rendered = only === null ? whole : merged(whole, past.applied, only)
  const all = decide(rendered, past, await presentOn(room.targets, target.id))
  const decision = only === null ? all : narrowed(all, partOf(rendered, only), only)
  const asked = new Set(services)
  const along = decision.services.filter(({ verb, workload }) => verb !== 'keep' && !asked.has(workload.spec.service))
  const needed =
    only === null ? [] : along.map(({ workload }) => `${workload.spec.service} comes along: what was chosen needs it.`)
  const warnings = [...told, ...notes, ...needed]
  return { target, rendered, only, allowance, plan: makePlan(rendered, target, decision, warnings, key) }
}
