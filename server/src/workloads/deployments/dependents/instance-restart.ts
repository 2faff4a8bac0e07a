import { nothingToUndo, type StepContext, type StepKind } from '../saga/step-kinds.ts'
import { awaitBack } from '../steps/instance-stop.ts'

export interface RestartArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly nativeId: string
  readonly serviceId: string
  readonly name: string
}
export interface DependentsArgs extends Record<string, unknown> {
  readonly dependents: readonly (RestartArgs & { readonly startedAt: string | null })[]
}

const startedAt = ({ targetId, serviceId }: RestartArgs, { room }: StepContext): string | null | undefined =>
  room.targets.services(targetId).find(({ id }) => id === serviceId)?.startedAt

async function restart(args: RestartArgs, context: StepContext): Promise<void> {
  const before = startedAt(args, context)
  await context.room.targets.connection(args.targetId).restart(args.nativeId, {})
  await awaitBack(args, context, before)
}

/** Restarts one that stays, because what it needs was made anew. Its way back is in the note that comes first. */
export const instanceRestart: StepKind<RestartArgs, null> = {
  async do(args, context) {
    await restart(args, context)
    return null
  },
  undo: nothingToUndo,
}

/**
 * Notes who will be restarted, before anything is replaced: so it is undone after all of that is back, and who was restarted for the new
 * is restarted for the old.
 */
export const dependentsNote: StepKind<DependentsArgs, null> = {
  do: () => Promise.resolve(null),
  async undo({ dependents }, _result, context) {
    const again: string[] = []
    for (const one of dependents) {
      const now = startedAt(one, context)
      if (now === undefined || now === one.startedAt) continue
      await restart(one, context)
      again.push(one.name)
    }
    return again.length === 0 ? null : `${again.join(', ')} restarted once more, as what is needed is the old again.`
  },
}
