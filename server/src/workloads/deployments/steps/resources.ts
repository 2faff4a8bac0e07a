import type { ResourceSpec } from '@wheelhouse/driver'
import type { StepKind } from '../saga/step-kinds.ts'

export interface ResourceArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly spec: ResourceSpec
}

/** Makes a network or volume that services stand on. A volume stays when it is undone: it may hold data by then. */
export const resourceEnsure: StepKind<ResourceArgs, 'created' | 'kept'> = {
  do: ({ targetId, spec }, { room }) => room.targets.connection(targetId).ensureResource(spec),
  async undo({ targetId, spec }, result, { room }) {
    if (result !== 'created' || spec.kind === 'volume') return null
    await room.targets.connection(targetId).removeResource('network', spec.name)
    return `The network ${spec.name} was removed.`
  },
}
