import type { NetworkAttachment } from '@wheelhouse/driver'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StepContext, StepKind } from '../saga/step-kinds.ts'
import { unlessGone, withoutNames } from './instances.ts'

export interface AliasArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly nativeId: string
  readonly name: string
  readonly networks: readonly NetworkAttachment[]
}

/**
 * Leaves each network and joins it again: an engine cannot change the names of a container in a network it is in. Its connections there
 * are cut by this, so it is done only to one that takes no requests: not yet, or not any more.
 */
export async function rejoin(
  context: Pick<StepContext, 'room'>,
  { targetId, nativeId, networks }: Pick<AliasArgs, 'targetId' | 'nativeId' | 'networks'>,
  withNames: boolean,
): Promise<void> {
  const connection = context.room.targets.connection(targetId)
  for (const network of withNames ? networks : withoutNames(networks)) {
    await connection.detach?.(nativeId, network.name)
    await connection.attach?.(nativeId, network)
  }
}

/** From a lookup of a name to the end of the request it was for: what is stopped after this is asked by nobody any more. */
const namesMs = 1_000

async function leave(args: AliasArgs, context: StepContext): Promise<void> {
  await rejoin(context, args, false)
  await sleep(namesMs, undefined, { signal: context.signal })
}

/** From then on other services find the instance by the name of its service. */
export const aliasJoin: StepKind<AliasArgs, null> = {
  async do(args, context) {
    await rejoin(context, args, true)
    return null
  },
  // The undo of what made it removes it, unless it was kept warm: then it must not be found any more.
  async undo(args, _result, context) {
    await unlessGone(() => leave(args, context))
    return null
  },
}

/** From then on they do not. */
export const aliasLeave: StepKind<AliasArgs, null> = {
  async do(args, context) {
    await leave(args, context)
    return null
  },
  async undo(args, _result, context) {
    await rejoin(context, args, true)
    return `${args.name} is found by its names again.`
  },
}
