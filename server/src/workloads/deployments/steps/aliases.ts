import type { NetworkAttachment } from '@wheelhouse/driver'
import { nothingToUndo, type StepContext, type StepKind } from '../saga/step-kinds.ts'

export interface AliasArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly nativeId: string
  readonly name: string
  readonly networks: readonly NetworkAttachment[]
}

/** Leaves and joins again: an engine cannot change the names of a container in a network it is in. */
async function rejoin(args: AliasArgs, withNames: boolean, context: StepContext): Promise<void> {
  const connection = context.room.targets.connection(args.targetId)
  for (const network of args.networks) {
    await connection.detach?.(args.nativeId, network.name)
    await connection.attach?.(args.nativeId, withNames ? network : { ...network, aliases: [] })
  }
}

/** From then on other services find the instance by the name of its service. */
export const aliasJoin: StepKind<AliasArgs, null> = {
  async do(args, context) {
    await rejoin(args, true, context)
    return null
  },
  // The instance itself is removed by the undo of what made it.
  undo: nothingToUndo,
}

/** From then on they do not. */
export const aliasLeave: StepKind<AliasArgs, null> = {
  async do(args, context) {
    await rejoin(args, false, context)
    return null
  },
  async undo(args, _result, context) {
    await rejoin(args, true, context)
    return null
  },
}
