import { Failure } from '@wheelhouse/contract'
import type { StepContext, StepKind } from '../saga/step-kinds.ts'
import { isUp, startIfDown, stopIfUp } from './instances.ts'

export interface StopArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly nativeId: string
  readonly serviceId: string
  readonly name: string
  /** It was up, so an undo starts it again. */
  readonly wasUp: boolean
}

/**
 * Waits until it is up, and healthy where it is checked: only then may requests be led to it again. With the time of the start before, it
 * must have been started since.
 */
export async function awaitBack(
  args: Pick<StopArgs, 'serviceId' | 'name'>,
  context: StepContext,
  startedBefore?: string | null,
): Promise<void> {
  const { targets, settings } = context.room
  await targets
    .whenService(
      args.serviceId,
      (service) =>
        service !== null &&
        isUp(service) &&
        (startedBefore === undefined || service.startedAt !== startedBefore) &&
        (service.health === 'healthy' || (service.health === 'none' && service.checks.length === 0)),
      settings.waitMs,
      context.signal,
    )
    .catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'TIMED_OUT')
        throw new Failure('TIMED_OUT', `${args.name} was started again and is not healthy yet.`)
      throw error
    })
}

/** Stops an instance and keeps it: bringing it back needs neither its image nor the network. */
export const instanceStop: StepKind<StopArgs, null> = {
  async do(args, context) {
    await stopIfUp(context, args.targetId, args.nativeId)
    return null
  },
  async undo(args, _result, context) {
    if (!args.wasUp) return null
    await startIfDown(context, args.targetId, args.nativeId)
    await awaitBack(args, context)
    return `${args.name} runs again.`
  },
}
