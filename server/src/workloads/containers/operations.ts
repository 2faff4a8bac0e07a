import { type ContainerDraft, Failure, type containers, type Service } from '@wheelhouse/contract'
import type { ContainerSpec } from '@wheelhouse/driver'
import {
  type Caller,
  callerMay,
  type Handlers,
  requireAgreed,
  requirePermission,
  shownJob,
} from '../../dispatch/index.ts'
import {
  allowanceOf,
  containerReasons,
  refuseOrTell,
  requireNamedImage,
  requireOwnLabels,
  requireOwnThings,
} from '../../inventory/policies/index.ts'
import { type CreateData, requireFree } from './create.ts'
import { composeText } from './draft/compose-text.ts'
import { draftOfSpec } from './draft/from-spec.ts'
import { draftOfCommand } from './draft/read-run.ts'
import { runText } from './draft/run-text.ts'
import { specOfDraft } from './draft/to-spec.ts'
import { fileHandlers } from './files.ts'
import { createPlan, prunePlan, replacePlan } from './plans.ts'
import type { ReplaceData } from './replace.ts'
import { type ContainerRoom, engineOf, reachContainer } from './room.ts'

const healthyWithinMs = 60_000

/** What it has of its target that others may have as well. */
const thingsOf = ({ name, mounts, networks, networkMode }: ContainerSpec): string[] => [
  `the name ${name}`,
  ...mounts.flatMap(({ type, source }) => (source === null ? [] : [`the ${type} ${source}`])),
  ...networks.map((network) => `the network ${network.name}`),
  ...(networkMode === null || networkMode === 'none' ? [] : [`the network ${networkMode}`]),
]

export function containerHandlers(room: ContainerRoom): Handlers<typeof containers> {
  const { registry } = room
  const nameOf = (targetId: string): string => registry.mirror(targetId).record.name
  const reasonsOf = (spec: ContainerSpec, targetId: string): string[] =>
    containerReasons(spec, new Set([spec.name]), room.rulesFor(targetId))
  /** Throws POLICY_REFUSED, or answers what an administrator should know. */
  const allowed = (spec: ContainerSpec, targetId: string, caller: Caller): readonly string[] =>
    refuseOrTell(reasonsOf(spec, targetId), 'this container', allowanceOf(caller, targetId), room.rulesFor(targetId))

  const prepareCreate = (target: string, draft: ContainerDraft, caller: Caller) => {
    engineOf(registry, target)
    const spec = specOfDraft(draft)
    requireOwnLabels(draft.labels ?? {}, {}, 'draft.labels')
    const notes = allowed(spec, target, caller)
    requireFree(room, target, draft)
    return { spec, notes }
  }
  const prepareReplace = async (id: string, draft: ContainerDraft, caller: Caller) => {
    const { containers: port, nativeId, service } = reachContainer(registry, id)
    const { spec: before } = await port.specOf(nativeId)
    const after = specOfDraft(draft, before)
    requireOwnLabels(draft.labels ?? {}, before.labels, 'draft.labels')
    requireOwnThings(caller, 'containers.manage', service.targetId, thingsOf(after), thingsOf(before))
    const notes = allowed(after, service.targetId, caller)
    if (draft.name !== service.name) requireFree(room, service.targetId, draft)
    return { service, before, after, notes }
  }
  const stoppedOn = (
    target: string,
    input: { olderThanMs?: number | undefined; label?: string | undefined },
  ): Service[] => {
    engineOf(registry, target)
    const [key = '', value] = input.label?.split('=') ?? []
    const before = Date.now() - (input.olderThanMs ?? 0)
    return [...registry.mirror(target).services.values()].filter(
      (service) =>
        service.kind === 'container' &&
        (service.state === 'stopped' || service.state === 'failed') &&
        service.stack === null &&
        (service.createdAt === null || Date.parse(service.createdAt) <= before) &&
        (input.label === undefined ||
          (key in service.labels && (value === undefined || service.labels[key] === value))),
    )
  }

  return {
    ...fileHandlers(room),
    preview: async ({ target, draft, replaces }, { caller }) => {
      let before: ContainerSpec | null = null
      if (replaces !== undefined) {
        const { containers: port, nativeId, service } = reachContainer(registry, replaces)
        requirePermission(caller, 'containers.manage', { targetId: service.targetId, serviceId: service.id })
        before = (await port.specOf(nativeId)).spec
      }
      const spec = specOfDraft(draft, before)
      const kept = new Set(
        Object.entries(draft.environment ?? {}).flatMap(([name, value]) => (value === null ? [name] : [])),
      )
      const bound = !callerMay(caller, 'targets.manage') || room.rulesFor(target).enforceOnAdministrators
      return {
        compose: composeText(spec, kept),
        command: runText(spec, kept),
        problems: bound ? [] : reasonsOf(spec, target),
        refusals: bound ? reasonsOf(spec, target) : [],
      }
    },
    fromCommand: async ({ command }) => draftOfCommand(command),
    draft: async ({ id }) => {
      const { containers: port, nativeId } = reachContainer(registry, id)
      const { spec, lost } = await port.specOf(nativeId)
      return { draft: draftOfSpec(spec), lost: [...lost] }
    },
    create: {
      plan: async ({ target, draft }, { caller }) => {
        const { spec, notes } = prepareCreate(target, draft, caller)
        return createPlan(spec, nameOf(target), notes)
      },
      run: async ({ target, draft, start }, context) => {
        const { spec } = prepareCreate(target, draft, context.caller)
        const { name, image } = spec
        const data: CreateData = {
          targetId: target,
          name,
          change: await room.changes.keep(spec),
          start: start ?? true,
          allowance: allowanceOf(context.caller, target),
          by: context.caller.username,
        }
        context.audit({ resource: `container:${target}:${name}`, after: { name, image } })
        const options = {
          title: `Make ${name} on ${nameOf(target)}`,
          requestedBy: context.caller.username,
          key: `container:${target}:${name}`,
        }
        return shownJob(await room.jobs.enqueue('containers.create', data, options))
      },
    },
    replace: {
      plan: async ({ id, draft }, { caller }) => {
        const { service, before, after, notes } = await prepareReplace(id, draft, caller)
        return replacePlan(service, before, after, notes)
      },
      run: async ({ id, draft, healthyWithinMs: withinMs }, context) => {
        const { service, after } = await prepareReplace(id, draft, context.caller)
        const data: ReplaceData = {
          targetId: service.targetId,
          serviceId: id,
          change: await room.changes.keep(after),
          withinMs: withinMs ?? healthyWithinMs,
          allowance: allowanceOf(context.caller, service.targetId),
          ran: service.state !== 'stopped' && service.state !== 'failed',
          by: context.caller.username,
        }
        const { name, image } = after
        context.audit({
          resource: `service:${id}`,
          before: { name: service.name, image: service.image },
          after: { name, image },
        })
        const options = {
          title: `Change ${service.name} on ${service.targetName}`,
          requestedBy: context.caller.username,
          key: `container:${service.targetId}:${service.name}`,
        }
        return shownJob(await room.jobs.enqueue('containers.replace', data, options))
      },
    },
    limit: async ({ id, limits }, context) => {
      const { containers: port, nativeId } = reachContainer(registry, id)
      const warnings = await port.limit(nativeId, limits)
      context.audit({ resource: `service:${id}`, after: limits })
      return { warnings: [...warnings] }
    },
    top: async ({ id }) => {
      const { containers: port, nativeId, service } = reachContainer(registry, id)
      if (service.state === 'stopped' || service.state === 'failed')
        throw new Failure('STATE_CONFLICT', `${service.name} does not run: it has no processes. Start it first.`)
      const { titles, processes } = await port.top(nativeId)
      return { titles: [...titles], processes: processes.map((row) => [...row]) }
    },
    commit: async ({ id, tag, comment, pause, changes }, context) => {
      const { containers: port, nativeId, service } = reachContainer(registry, id)
      // The image is one of the whole engine, and its name may be one that others run.
      requirePermission(context.caller, 'images.manage', { targetId: service.targetId })
      requireNamedImage(room.rulesFor(service.targetId), context.caller, service.targetId, null)
      const imageId = await port.commit(nativeId, {
        tag,
        comment: comment ?? '',
        pause: pause ?? true,
        changes: changes ?? [],
      })
      context.audit({ resource: `service:${id}`, after: { tag, imageId } })
      return { imageId }
    },
    prune: {
      plan: async ({ target, ...input }, { caller }) => {
        requirePermission(caller, 'services.remove', { targetId: target })
        return prunePlan(stoppedOn(target, input), nameOf(target))
      },
      run: async ({ target, digest, ...input }, context) => {
        requirePermission(context.caller, 'services.remove', { targetId: target })
        const { connection, containers: port } = engineOf(registry, target)
        const stopped = stoppedOn(target, input)
        requireAgreed(digest, prunePlan(stopped, nameOf(target)))
        const sizes = await port.sizes(context.signal).catch(() => new Map<string, number>())
        const removed: string[] = []
        let freedBytes = 0
        try {
          for (const service of stopped) {
            const nativeId = registry.mirror(target).nativeId(service.id)
            if (nativeId === undefined) continue
            // Without force: one that was started meanwhile stays.
            const gone = await connection.remove(nativeId, { force: false, volumes: false }).then(
              () => true,
              (error: unknown) => {
                if (error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'NOT_FOUND'))
                  return false
                throw error
              },
            )
            if (!gone) continue
            removed.push(service.name)
            freedBytes += sizes.get(nativeId) ?? 0
          }
        } finally {
          context.audit({ resource: `target:${target}`, before: { containers: removed, freedBytes } })
        }
        return { removed, freedBytes }
      },
    },
  }
}
