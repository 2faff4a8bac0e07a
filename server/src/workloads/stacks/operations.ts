import { Failure, notFound, type Stack, type StackFormat, type stacks } from '@wheelhouse/contract'
import {
  type Caller,
  callerMay,
  type Handlers,
  paged,
  requireAgreed,
  requirePermission,
  shownJob,
} from '../../dispatch/index.ts'
import { adoptRunning, valuesOn } from './adoption/adopt.ts'
import { carryAdopted } from './adoption/carry-adopted.ts'
import { keptBefore, withKeptValues, withoutKept } from './adoption/kept-values.ts'
import { adoptionHandlers } from './adoption/operations.ts'
import { decide } from './reconcile/decide.ts'
import type { StackRoom } from './room.ts'
import { sealDigests } from './reconcile/digest.ts'
import { recording } from './compose/load/recording.ts'
import { readExamples } from './examples.ts'
import { allStacks, findStack, stackIdOf } from './found.ts'
import { merged, narrowed, partOf, withNeeds } from './reconcile/part.ts'
import { makePlan } from './reconcile/plan.ts'
import { allowanceOf } from '../../inventory/policies/index.ts'
import { requireAllowed } from './policy.ts'
import { presentOn, requireConnected } from './reconcile/present.ts'
import { readStack, type StackRead, type StackText } from './read-stack.ts'
import { planRemove, type RemoveData } from './reconcile/remove.ts'
import type { Asked, Prepared } from './reconcile/prepared.ts'
import type { Rendered } from './rendered.ts'
import { bring } from './revisions/bring.ts'
import { revisionHandlers } from './revisions/operations.ts'
import { nothingPast } from './store.ts'
import type { StackTarget } from './stack-targets.ts'
import { makeSwarmPlan } from './swarm/plan.ts'
import { prepareSwarm } from './swarm/prepare.ts'

const seenBy = (caller: Caller, targetId: string): boolean =>
  callerMay(caller, 'stacks.read', { targetId }) || callerMay(caller, 'stacks.apply', { targetId })

function targetFor(room: StackRoom, asked: string | undefined, format: StackFormat, caller: Caller): StackTarget {
  const kinds: readonly string[] = format === 'compose' ? ['docker', 'swarm'] : ['process']
  const words =
    format === 'compose'
      ? 'A Compose file needs a Docker engine or a Swarm'
      : 'wheelhouse.yaml needs a target of processes'
  if (asked !== undefined) {
    const target = room.targets.resolve(asked)
    // A service manager keeps processes too; it is taken only where it is named.
    if (kinds.includes(target.kind) || (format === 'wheelhouse' && target.kind === 'os-service')) return target
    throw new Failure('STACK_INVALID', `${words}, and ${target.name} is none. Choose another target.`)
  }
  // Those he may not see are neither meant nor named.
  const seen = room.targets.list().filter((target) => kinds.includes(target.kind) && seenBy(caller, target.id))
  const fitting = unnamed(seen)
  if (fitting.length === 1) return fitting[0]!
  if (fitting.length === 0) throw new Failure('NOT_FOUND', `${words}, and there is none. Register one first.`)
  throw new Failure('NOT_FOUND', `${words}: name one of ${fitting.map((target) => target.name).join(', ')}.`)
}

/** A Swarm stands on engines that are targets too, so it is taken only where it is named or nothing else is there. */
function unnamed(fitting: readonly StackTarget[]): readonly StackTarget[] {
  const engines = fitting.filter(({ kind }) => kind !== 'swarm')
  return engines.length > 0 ? engines : fitting
}

/** A Compose file means other things to a Swarm, so where it goes is known before it is read. */
function isForSwarm(room: StackRoom, asked: string | undefined, caller: Caller): boolean {
  const seen = room.targets.list().filter((target) => seenBy(caller, target.id))
  if (asked !== undefined)
    return seen.some(({ id, name, kind }) => kind === 'swarm' && (id === asked || name === asked))
  const fitting = unnamed(seen.filter(({ kind }) => kind === 'docker' || kind === 'swarm'))
  return fitting.length === 1 && fitting[0]!.kind === 'swarm'
}

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

async function keptOn(room: StackRoom, target: StackTarget, name: string): Promise<ReturnType<typeof keptBefore>> {
  const stack = await room.store.get(stackIdOf(target.id, name))
  return stack === null ? new Map() : keptBefore(await room.store.past(stack))
}

async function weigh(
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

export function stackHandlers(room: StackRoom): Handlers<typeof stacks> {
  /** Where the stack is known, values that it keeps are not told to be missing. */
  const unkept = async (
    { source, target: asked, adopt }: AskedText,
    rendered: Rendered,
    problems: StackRead['problems'],
    caller: Caller,
  ): Promise<StackRead['problems']> => {
    const target = room.targets.list().find(({ id, name }) => id === asked || name === asked)
    if (!target || !callerMay(caller, 'stacks.apply', { targetId: target.id })) return problems
    const values = adopt ? await valuesOn(room, target, rendered.name) : await keptOn(room, target, rendered.name)
    return withoutKept(problems, withKeptValues(rendered, source, values))
  }
  const seen = async (id: string, caller: Caller): Promise<Stack> => {
    // One answer for what is not there and for what one may not see.
    const stack = await findStack(room, id, (targetId) => callerMay(caller, 'stacks.read', { targetId }))
    if (!stack) throw notFound('stack', id)
    return stack
  }
  const removal = async (
    input: { readonly id: string; readonly volumes?: boolean | undefined },
    caller: Caller,
  ): Promise<{ target: StackTarget; data: RemoveData }> => {
    const stack = await seen(input.id, caller)
    requirePermission(caller, 'stacks.apply', { targetId: stack.targetId })
    const target = room.targets.resolve(stack.targetId)
    const data = {
      stackId: stack.id,
      name: stack.name,
      targetId: target.id,
      volumes: input.volumes ?? false,
      by: caller.username,
    }
    return { target, data }
  }

  return {
    ...adoptionHandlers(room, seen),
    ...revisionHandlers(room, seen, (asked, caller) => weigh(room, asked, caller)),

    list: async (input, { caller }) => {
      const wanted = input.target === undefined ? null : room.targets.resolve(input.target).id
      if (input.target !== undefined && wanted !== null && !callerMay(caller, 'stacks.read', { targetId: wanted }))
        throw notFound('target', input.target)
      const q = input.q?.toLowerCase()
      const all = (await allStacks(room)).filter(
        (stack) =>
          callerMay(caller, 'stacks.read', { targetId: stack.targetId }) &&
          (wanted === null || stack.targetId === wanted) &&
          (q === undefined || stack.name.toLowerCase().includes(q)),
      )
      return paged(all, input)
    },

    get: async ({ id }, { caller }) => {
      const stack = await seen(id, caller)
      const mayApply = callerMay(caller, 'stacks.apply', { targetId: stack.targetId })
      const revision = stack.managed && mayApply ? await room.store.revision(stack.id, stack.revision) : null
      return { ...stack, source: revision?.source ?? null, directory: revision?.directory ?? null }
    },

    examples: async () => ({ items: await readExamples(room.examplesFolder) }),

    validate: async (input, { caller }) => {
      const { needs, files } = recording(input)
      const read = readStack({ ...input, projectFiles: files, swarm: isForSwarm(room, input.target, caller) })
      const { format, name, services, rendered } = read
      const problems = rendered === null ? read.problems : await unkept(input, rendered, read.problems, caller)
      return {
        ok: rendered !== null,
        format,
        name,
        services: [...services],
        problems: [...problems],
        needs: format === 'compose' ? [...needs] : [],
      }
    },

    plan: async (input, { caller }) => {
      const { plan, rendered, target } = await prepare(room, input, caller)
      return { ...plan, stack: rendered.name, targetId: target.id }
    },

    apply: {
      plan: async (input, { caller }) => (await prepare(room, input, caller)).plan,
      run: async (input, context) => {
        const prepared = await prepare(room, input, context.caller)
        requireAgreed(input.digest, prepared.plan)
        const from = { source: input.source, directory: input.directory ?? null }
        return shownJob(
          await bring(room, prepared, from, { origin: input.adopt ? 'adopt' : 'apply', reason: input.reason }, context),
        )
      },
    },

    remove: {
      plan: async (input, { caller }) => {
        const { target, data } = await removal(input, caller)
        return planRemove(room, target, data)
      },
      run: async (input, context) => {
        const { target, data } = await removal(input, context.caller)
        requireConnected(target)
        context.audit({ resource: data.stackId, before: { name: data.name, target: target.name } })
        const title = `Remove ${data.name} from ${target.name}`
        return shownJob(
          await room.jobs.enqueue('stacks.remove', data, {
            title,
            requestedBy: context.caller.username,
            key: `stack:${data.stackId}`,
          }),
        )
      },
    },
  }
}
