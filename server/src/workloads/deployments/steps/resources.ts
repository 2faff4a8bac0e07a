import { Failure } from '@wheelhouse/contract'
import type { ResourceSpec } from '@wheelhouse/driver'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeployRoom } from '../room.ts'
import type { StepKind } from '../saga/step-kinds.ts'

export interface ResourceArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly spec: ResourceSpec
}

const leavingMs = 30_000
const againMs = 500

/** Tasks of a Swarm go on leaving a network for a moment after their service is gone. */
async function removeNetwork(room: Pick<DeployRoom, 'targets'>, targetId: string, name: string): Promise<void> {
  const waits = room.targets.resolve(targetId).kind === 'swarm'
  for (const end = Date.now() + leavingMs; ; await sleep(againMs)) {
    try {
      return await room.targets.connection(targetId).removeResource('network', name)
    } catch (error) {
      if (error instanceof Failure && error.code === 'NOT_FOUND') return
      const isUsed = error instanceof Failure && error.code === 'STATE_CONFLICT'
      if (!waits || !isUsed || Date.now() >= end) throw error
    }
  }
}

/** Makes a network or volume that services stand on. A volume stays when it is undone: it may hold data by then. */
export const resourceEnsure: StepKind<ResourceArgs, 'created' | 'kept'> = {
  do: ({ targetId, spec }, { room }) => room.targets.connection(targetId).ensureResource(spec),
  async undo({ targetId, spec }, result, { room }) {
    if (result !== 'created' || spec.kind === 'volume') return null
    await removeNetwork(room, targetId, spec.name)
    return `The network ${spec.name} was removed.`
  },
}
