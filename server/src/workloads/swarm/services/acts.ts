import { Failure, type Plan, type Rollout, type swarmServices } from '@wheelhouse/contract'
import { type ServiceSpec, type SwarmService, swarmLabels } from '@wheelhouse/driver'
import type { CallContext, Handlers } from '../../../dispatch/index.ts'
import { placementOf } from '../placement/placement.ts'
import { planOf, some } from '../plan-text.ts'
import { shown, type SwarmRoom } from '../room.ts'
import { follow, stopFollowing } from './follow.ts'
import { goBack, isForgotten, keepRevision, released, specBefore } from './go-back.ts'
import { differences, fitWarnings, replicasOf } from './plans.ts'
import { allowed } from './policy.ts'
import { clusterFor, presentService, type SeenService, seenService } from './reach.ts'
import { rolloutView } from './rollout-view.ts'
import { Names } from './spec-of-draft.ts'

type Acts = Omit<Handlers<typeof swarmServices>, 'preview' | 'draft' | 'create' | 'update'>

const usedBy = ({ TaskTemplate: { ContainerSpec: container } }: ServiceSpec): string[] => [
  ...(container?.Mounts ?? []).flatMap((mount) =>
    mount.Type === 'volume' && mount.Source ? [`volume ${mount.Source}`] : [],
  ),
  ...(container?.Secrets ?? []).map((one) => `secret ${one.SecretName}`),
  ...(container?.Configs ?? []).map((one) => `config ${one.ConfigName}`),
]

export function actHandlers(room: SwarmRoom): Acts {
  const rollout = async (one: SeenService): Promise<Rollout> =>
    rolloutView(one, await room.store.followed(one.id), room)
  /** As it goes once the mirror has seen the change, or a moment later. */
  const rolloutAfter = async ({ id, nativeId, seen, service }: SeenService, signal: AbortSignal): Promise<Rollout> => {
    const changed = (): true | null => {
      const now = seen.mirror.cluster?.sight?.services.find(({ ID }) => ID === nativeId)
      return now && now.Version.Index > service.Version.Index ? true : null
    }
    await shown(room, seen.targetId, changed, signal)
    return rollout(seenService(room, id))
  }
  const following = (one: SeenService, { caller }: CallContext) => ({
    targetId: one.seen.targetId,
    serviceId: one.id,
    name: one.name,
    by: caller.username,
  })
  const count = (service: SwarmService): number => {
    const { Mode: mode, Name: name } = service.Spec
    if (mode?.Replicated || mode?.ReplicatedJob) return replicasOf(mode)
    throw new Failure('STATE_CONFLICT', `${name} runs once on each node, so there is no number to change.`)
  }
  const scalePlan = (one: SeenService, replicas: number, notes: readonly string[]): Plan => {
    const { service, seen, name, nativeId } = one
    const before = count(service)
    const placement = placementOf(seen.sight, { spec: service.Spec, serviceId: nativeId })
    return planOf({
      summary: `Change how many tasks ${name} has, from ${before} to ${replicas}.`,
      steps: [{ verb: 'change', kind: 'service', name, reasons: [`replicas: ${before} → ${replicas}`] }],
      warnings: [
        ...notes,
        ...fitWarnings(placement, service.Spec, replicas - before),
        ...(replicas === 0 ? [`${name} does not answer without a task.`] : []),
      ],
      kept: usedBy(service.Spec),
      from: [one.id, before, replicas, placement.fits],
    })
  }
  /** More of what is there is a change too: it comes to places where it was not. */
  const allowedMore = (one: SeenService, replicas: number, caller: CallContext['caller']): readonly string[] =>
    replicas > count(one.service) ? allowed(room, one.seen.targetId, one.service.Spec, caller) : []

  const before = async (one: SeenService, service: SwarmService, caller: CallContext['caller']) => {
    const back = await specBefore(room, one.id, service)
    if (back === null && !isForgotten(service))
      throw new Failure(
        'STATE_CONFLICT',
        `Nothing is known of ${one.name} before its last change, so it cannot go back.`,
      )
    // What was allowed then need not be now.
    const notes = back === null ? [] : allowed(room, one.seen.targetId, back.spec, caller)
    return { back, notes }
  }

  return {
    scale: {
      plan: async ({ id, replicas }, { caller }) => {
        const one = seenService(room, id)
        return scalePlan(one, replicas, allowedMore(one, replicas, caller))
      },
      run: async ({ id, replicas }, context) => {
        const one = seenService(room, id)
        const was = count(one.service)
        allowedMore(one, replicas, context.caller)
        await clusterFor(room, one).scale(one.nativeId, replicas)
        context.audit({ resource: `service:${id}`, before: { replicas: was }, after: { replicas } })
        return rolloutAfter(one, context.signal)
      },
    },

    rollback: {
      plan: async ({ id }, { caller }) => {
        const one = seenService(room, id)
        const service = await presentService(room, one)
        const { back, notes } = await before(one, service, caller)
        const names = new Names(one.seen.sight)
        const reasons = back === null ? [] : differences(released(service.Spec), released(back.spec), names)
        return planOf({
          summary: `Bring ${one.name} back to what it was before its last change.`,
          steps: [
            {
              verb: 'replace',
              kind: 'service',
              name: one.name,
              reasons: reasons.length > 0 ? reasons : ['to what its older tasks were made from'],
            },
          ],
          warnings: notes,
          kept: usedBy(service.Spec),
          from: [id, service.Version.Index, reasons],
        })
      },
      run: async ({ id, deadlineMs }, context) => {
        const one = seenService(room, id)
        const service = await presentService(room, one)
        await before(one, service, context.caller)
        const { targetId } = one.seen
        const judge = (spec: ServiceSpec): unknown => allowed(room, targetId, spec, context.caller)
        const to = await goBack(room, targetId, one.nativeId, judge)
        // So that the way back leads forth again; after it, for it must not be taken for what was before.
        await keepRevision(room, id, service)
        const image = (spec: ServiceSpec | null): string | null => spec?.TaskTemplate.ContainerSpec?.Image ?? null
        context.audit({
          resource: `service:${id}`,
          before: { image: image(service.Spec) },
          after: { image: image(to) },
        })
        await follow(room, { ...following(one, context), verb: 'rollback', undo: false, deadlineMs })
        return rolloutAfter(one, context.signal)
      },
    },

    force: async ({ id, pullAgain }, context) => {
      const one = seenService(room, id)
      const { Spec: spec } = one.service
      allowed(room, one.seen.targetId, spec, context.caller)
      const image = spec.TaskTemplate.ContainerSpec?.Image ?? ''
      if (pullAgain) await keepRevision(room, id, await presentService(room, one))
      const signIn = pullAgain ? await room.registries.signInFor(image) : null
      await clusterFor(room, one).force(one.nativeId, { pullAgain: pullAgain ?? false, signIn })
      context.audit({
        resource: `service:${id}`,
        before: { image },
        after: { replaced: true, pullAgain: pullAgain ?? false },
      })
      // The same again is nothing to go back from; another image of the same tag is.
      await follow(room, { ...following(one, context), verb: 'force', undo: pullAgain ?? false })
      return rolloutAfter(one, context.signal)
    },

    pause: async ({ id }, context) => {
      const one = seenService(room, id)
      const service = await presentService(room, one)
      allowed(room, one.seen.targetId, service.Spec, context.caller)
      // The engine forgets it with the next change, and to hold an update is one.
      if (service.PreviousSpec) await keepRevision(room, id, { ...service, Spec: service.PreviousSpec })
      await clusterFor(room, one).pauseUpdate(one.nativeId)
      // Held by hand it may stand for as long as somebody likes.
      await stopFollowing(room, id)
      context.audit({ resource: `service:${id}`, before: { update: 'under way' }, after: { update: 'held' } })
      return rolloutAfter(one, context.signal)
    },
    resume: async ({ id }, context) => {
      const one = seenService(room, id)
      const service = await presentService(room, one)
      allowed(room, one.seen.targetId, service.Spec, context.caller)
      if (service.PreviousSpec && service.Spec.Labels?.[swarmLabels.held] === undefined)
        await keepRevision(room, id, { ...service, Spec: service.PreviousSpec })
      await clusterFor(room, one).resumeUpdate(one.nativeId)
      context.audit({ resource: `service:${id}`, before: { update: 'held' }, after: { update: 'under way' } })
      await follow(room, { ...following(one, context), verb: 'resume', undo: true })
      return rolloutAfter(one, context.signal)
    },

    rollout: async ({ id }) => rollout(seenService(room, id)),
    placement: async ({ id }) => {
      const { seen, service, nativeId } = seenService(room, id)
      return placementOf(seen.sight, { spec: service.Spec, serviceId: nativeId })
    },

    remove: {
      plan: async ({ id }) => {
        const { name, seen, service, nativeId } = seenService(room, id)
        const tasks = seen.sight.tasks.filter((task) => task.ServiceID === nativeId && task.DesiredState === 'running')
        const stack = seen.mirror.services.get(id)?.stack ?? null
        return planOf({
          summary: `Remove the service ${name} from ${seen.name}.`,
          steps: [
            {
              verb: 'remove',
              kind: 'service',
              name,
              reasons: [`${some(tasks.length, 'task')} ${tasks.length === 1 ? 'ends' : 'end'}`],
            },
          ],
          warnings: stack === null ? [] : [`It belongs to the stack ${stack}. Applying the stack again makes it anew.`],
          kept: usedBy(service.Spec),
          from: [id, service.Version.Index],
        })
      },
      run: async ({ id }, context) => {
        const one = seenService(room, id)
        await stopFollowing(room, id)
        await clusterFor(room, one).removeService(one.nativeId)
        await room.store.forgetService(id)
        context.audit({
          resource: `service:${id}`,
          before: { name: one.name, image: one.service.Spec.TaskTemplate.ContainerSpec?.Image ?? null },
        })
        await room.registry.whenService(id, (row) => row === null, 3000, context.signal)
        return { ok: true }
      },
    },
  }
}
