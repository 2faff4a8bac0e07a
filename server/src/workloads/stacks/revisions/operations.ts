import { Failure, notFound, type Stack, type StackRevision, type stacks } from '@wheelhouse/contract'
import {
  type Caller,
  callerMay,
  type Handlers,
  paged,
  requireAgreed,
  requirePermission,
  shownJob,
} from '../../../dispatch/index.ts'
import type { Prepared, Weigh } from '../reconcile/prepared.ts'
import type { StackRoom } from '../room.ts'
import type { Revision, RevisionRow } from '../store.ts'
import { bring } from './bring.ts'
import { changesBetween, fileDiff } from './revision-diff.ts'

type RevisionHandlers = Pick<Handlers<typeof stacks>, 'revisions' | 'revision' | 'diff' | 'return'>

const view = (row: RevisionRow, current: number | null): StackRevision => {
  const { createdAt, createdBy, appliedAt, ...rest } = row
  return {
    ...rest,
    at: new Date(createdAt).toISOString(),
    by: createdBy,
    current: row.revision === current,
    appliedAt: appliedAt === null ? null : new Date(appliedAt).toISOString(),
  }
}

/** Looking back at what a stack was applied from, and going back to it. `seen` finds a stack the caller may see, or throws NOT_FOUND. */
export function revisionHandlers(
  room: StackRoom,
  seen: (id: string, caller: Caller) => Promise<Stack>,
  weigh: Weigh,
): RevisionHandlers {
  const rowsOf = async (stack: Stack): Promise<{ rows: RevisionRow[]; current: number | null }> => {
    const record = await room.store.get(stack.id)
    return { rows: await room.store.revisions(stack.id), current: record?.appliedRevision ?? null }
  }
  const revisionOf = async (stack: Stack, number: number): Promise<Revision> => {
    const revision = await room.store.revision(stack.id, number)
    if (revision) return revision
    throw new Failure(
      'NOT_FOUND',
      `Revision ${number} of ${stack.name} is not kept. The list of its revisions shows those that are.`,
    )
  }
  const mayApply = (caller: Caller, { targetId }: Stack): boolean => callerMay(caller, 'stacks.apply', { targetId })

  const prepareReturn = async (
    input: { readonly id: string; readonly to: number },
    caller: Caller,
  ): Promise<{ prepared: Prepared; old: Revision }> => {
    const stack = await seen(input.id, caller)
    requirePermission(caller, 'stacks.apply', { targetId: stack.targetId })
    const old = await revisionOf(stack, input.to)
    const { rows } = await rowsOf(stack)
    const row = rows.find(({ revision }) => revision === input.to)
    if (row?.origin === 'deployment')
      throw new Failure(
        'STATE_CONFLICT',
        `Revision ${input.to} of ${stack.name} was brought by a deployment, with builds and checks. Roll its release back instead.`,
      )
    const { rendered } = old
    const target = room.targets.resolve(stack.targetId)
    return { old, prepared: await weigh({ rendered, target, told: [] }, caller) }
  }

  return {
    revisions: async ({ id, q, ...page }, { caller }) => {
      const { rows, current } = await rowsOf(await seen(id, caller))
      const wanted = q?.toLowerCase()
      const fits = ({ by, reason, commit, origin }: StackRevision): boolean =>
        wanted === undefined || [by, reason, commit, origin].some((text) => text?.toLowerCase().includes(wanted))
      return paged(rows.map((row) => view(row, current)).filter(fits), page)
    },

    revision: async ({ id, revision: number }, { caller }) => {
      const stack = await seen(id, caller)
      const { rows, current } = await rowsOf(stack)
      const row = rows.find(({ revision }) => revision === number)
      if (!row) throw notFound('revision', String(number))
      const { source, directory, rendered } = await revisionOf(stack, number)
      const shown = mayApply(caller, stack)
      return {
        ...view(row, current),
        source: shown ? source : null,
        directory: shown ? directory : null,
        services: [...new Set(rendered.workloads.map(({ spec }) => spec.service))],
      }
    },

    diff: async (input, { caller }) => {
      const stack = await seen(input.id, caller)
      const { rows } = await rowsOf(stack)
      const newest = rows[0]?.revision
      if (newest === undefined)
        throw new Failure('NOT_FOUND', `${stack.name} was not applied from here, so there is nothing to compare.`)
      const to = input.to ?? newest
      const from = input.from ?? rows.find(({ revision }) => revision < to)?.revision ?? to
      const [before, after] = [await revisionOf(stack, from), await revisionOf(stack, to)]
      const names = [`${stack.name}, revision ${from}`, `${stack.name}, revision ${to}`] as const
      return {
        from,
        to,
        diff: mayApply(caller, stack) ? fileDiff(before, after, names) : null,
        changes: changesBetween(before.rendered, after.rendered),
      }
    },

    return: {
      plan: async (input, { caller }) => (await prepareReturn(input, caller)).prepared.plan,
      run: async (input, context) => {
        const { prepared, old } = await prepareReturn(input, context.caller)
        requireAgreed(input.digest, prepared.plan)
        const why = [`return to revision ${input.to}`, input.reason].filter(Boolean).join(': ')
        const origin = { origin: 'return' as const, reason: why }
        return shownJob(await bring(room, prepared, old, origin, context))
      },
    },
  }
}
