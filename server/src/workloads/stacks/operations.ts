import { notFound, type Stack, type stacks } from '@wheelhouse/contract'
import {
  type Caller,
  callerMay,
  type Handlers,
  paged,
  requireAgreed,
  requirePermission,
  shownJob,
} from '../../dispatch/index.ts'
import { valuesOn } from './adoption/adopt.ts'
import { withKeptValues, withoutKept } from './adoption/kept-values.ts'
import { adoptionHandlers } from './adoption/operations.ts'
import { isForSwarm } from './choose-target.ts'
import { recording } from './compose/load/recording.ts'
import { readExamples } from './examples.ts'
import { allStacks, findStack } from './found.ts'
import { type AskedText, keptOn, prepare, weigh } from './prepare.ts'
import { readStack, type StackRead } from './read-stack.ts'
import { requireFree } from './reconcile/hold.ts'
import { requireConnected } from './reconcile/present.ts'
import { planRemove, type RemoveData } from './reconcile/remove.ts'
import type { Rendered } from './rendered.ts'
import { bring } from './revisions/bring.ts'
import { revisionHandlers } from './revisions/operations.ts'
import type { StackRoom } from './room.ts'
import type { StackTarget } from './stack-targets.ts'

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
        await requireFree(room, data.stackId)
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
