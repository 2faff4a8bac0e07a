import type { StepKind } from '../saga/step-kinds.ts'
import { unlessGone } from '../steps/instances.ts'
import { clusterOf } from './service-bring.ts'

export interface ObjectArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly releaseId: string
  readonly kind: 'secret' | 'config'
  /** In the release, which has its value. */
  readonly name: string
  /** On the Swarm. */
  readonly as: string
}

/** Makes a secret or config that services of a Swarm stand on. Those of releases that are kept stay: a new value has another name. */
export const objectMake: StepKind<ObjectArgs, 'created' | 'kept'> = {
  async do({ targetId, releaseId, kind, name, as }, context) {
    const { placements } = await context.content(releaseId)
    const spec = placements
      .filter((placement) => placement.targetId === targetId)
      .flatMap(({ rendered }) => rendered.objects ?? [])
      .find((object) => object.kind === kind && object.name === name)
    if (!spec) throw new Error(`the release has no ${kind} ${name}`)
    return clusterOf(context.room, targetId).makeObject(spec, as)
  },
  async undo({ targetId, kind, as }, result, context) {
    if (result !== 'created') return null
    const removed = await unlessGone(() => clusterOf(context.room, targetId).removeObject(kind, as))
    return removed ? `The ${kind} ${as} was removed.` : null
  },
}
