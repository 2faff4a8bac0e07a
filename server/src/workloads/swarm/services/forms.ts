import { Failure, type SwarmServiceDraft, type swarmServices } from '@wheelhouse/contract'
import type { Native, ServiceSpec, SwarmService } from '@wheelhouse/driver'
import { type Caller, type Handlers, requirePermission } from '../../../dispatch/index.ts'
import { requireOwnLabels, requireOwnThings } from '../../../inventory/policies/index.ts'
import { serviceIdOf } from '../../../inventory/targets/index.ts'
import { placementOf } from '../placement/placement.ts'
import { clusterOf, seenSwarm, type SwarmRoom } from '../room.ts'
import { beyondForm, draftOfSpec } from './draft-of-spec.ts'
import { createText } from './create-text.ts'
import { imageNotes } from './image-notes.ts'
import { follow } from './follow.ts'
import { keepRevision } from './go-back.ts'
import { createPlan, differences, fitWarnings, portWarnings, replicasOf, updatePlan } from './plans.ts'
import { allowed, isBound, reasonsOf } from './policy.ts'
import { clusterFor, presentService, type SeenService, seenService } from './reach.ts'
import { Names, specOfDraft } from './spec-of-draft.ts'
import { stackText } from './stack-text.ts'

type Forms = Pick<Handlers<typeof swarmServices>, 'preview' | 'draft' | 'create' | 'update'>

const refuse = (field: string, why: string): never => {
  throw new Failure('VALIDATION_FAILED', `draft.${field}: ${why}`, {
    fields: [{ field: `draft.${field}`, message: why }],
  })
}

/** What the engine would refuse, said before anything is sent. */
function requireSame({ name, mode }: SwarmServiceDraft, { Spec: before }: SwarmService): void {
  if (name !== before.Name) refuse('name', 'a Swarm service keeps its name. Create another one and remove this.')
  const kinds = { Replicated: 'replicated', Global: 'global', ReplicatedJob: 'replicated-job', GlobalJob: 'global-job' }
  const kind = Object.entries(kinds).find(([key]) => before.Mode?.[key as keyof typeof kinds])?.[1] ?? 'replicated'
  if (mode.kind !== kind) refuse('mode', `a ${kind} service stays one. Create another one and remove this.`)
}

/** Names in a form that the Swarm does not have, a sentence each. */
function unknownNames(draft: SwarmServiceDraft, names: Names): string[] {
  const tried = (look: () => unknown): string[] => {
    try {
      look()
      return []
    } catch (error) {
      return error instanceof Failure ? [error.message.replace(/^draft\.\w+: /, '')] : []
    }
  }
  return [
    ...(draft.networks ?? []).flatMap(({ name }) => tried(() => names.network(name))),
    ...(draft.secrets ?? []).flatMap(({ name }) => tried(() => names.secret(name))),
    ...(draft.configs ?? []).flatMap(({ name }) => tried(() => names.config(name))),
  ].map((text) => text.charAt(0).toUpperCase() + text.slice(1))
}

/** What a form must not say of who owns it. */
function requireOwn(draft: SwarmServiceDraft, before: ServiceSpec | null): void {
  requireOwnLabels(draft.labels ?? {}, before?.Labels ?? {}, 'draft.labels')
  const container = before?.TaskTemplate.ContainerSpec?.Labels
  requireOwnLabels(draft.containerLabels ?? {}, container ?? {}, 'draft.containerLabels')
}

/** What it has of its Swarm that others may have as well. */
function thingsOf(spec: ServiceSpec, names: Names): string[] {
  const { Mounts: mounts, Secrets: secrets, Configs: configs } = spec.TaskTemplate.ContainerSpec ?? {}
  return [
    ...(mounts ?? []).flatMap(({ Type: type = 'volume', Source: source }) => (source ? [`the ${type} ${source}`] : [])),
    ...(secrets ?? []).map(({ SecretID: id, SecretName: name }) => `the secret ${name ?? id}`),
    ...(configs ?? []).map(({ ConfigID: id, ConfigName: name }) => `the config ${name ?? id}`),
    ...[...(spec.TaskTemplate.Networks ?? []), ...(spec.Networks ?? [])].map(
      ({ Target: id = '' }) => `the network ${names.networkName(id)}`,
    ),
  ]
}

const keptNames = ({ environment }: SwarmServiceDraft): Set<string> =>
  new Set(Object.entries(environment ?? {}).flatMap(([name, value]) => (value === null ? [name] : [])))

/** Without values to keep, for a preview that shows none. */
const blanked = (draft: SwarmServiceDraft): SwarmServiceDraft => ({
  ...draft,
  environment: Object.fromEntries(Object.entries(draft.environment ?? {}).map(([name, value]) => [name, value ?? ''])),
})

const facts = (spec: ServiceSpec) => ({
  name: spec.Name,
  image: spec.TaskTemplate.ContainerSpec?.Image ?? null,
  mode: spec.Mode,
})

export function formHandlers(room: SwarmRoom): Forms {
  const { registry } = room

  const prepareCreate = (targetId: string, draft: SwarmServiceDraft, caller: Caller) => {
    clusterOf(registry, targetId)
    const seen = seenSwarm(registry, targetId)
    if (seen.sight.services.some(({ Spec }) => Spec.Name === draft.name))
      throw new Failure('CONFLICT', `${seen.name} has a service "${draft.name}" already. Choose another name.`, {
        field: 'draft.name',
      })
    const spec = specOfDraft(draft, null, new Names(seen.sight))
    requireOwn(draft, null)
    return { seen, spec, notes: allowed(room, targetId, spec, caller) }
  }
  const prepareUpdate = async (id: string, draft: SwarmServiceDraft, caller: Caller) => {
    const one = seenService(room, id)
    // As it is now, and not as it was told: the change is bound to this very version.
    const service = await presentService(room, one)
    requireSame(draft, service)
    const names = new Names(one.seen.sight)
    const spec = specOfDraft(draft, service.Spec, names)
    requireOwn(draft, service.Spec)
    const had = thingsOf(service.Spec, names)
    requireOwnThings(caller, 'containers.manage', one.seen.targetId, thingsOf(spec, names), had)
    return { one, service, names, spec, notes: allowed(room, one.seen.targetId, spec, caller) }
  }

  return {
    preview: async ({ swarm, draft, replaces }, { caller }) => {
      const seen = seenSwarm(registry, swarm)
      let before: SeenService | null = null
      if (replaces !== undefined) {
        before = seenService(room, replaces)
        const { targetId } = before.seen
        requirePermission(caller, 'containers.manage', { targetId, serviceId: before.id })
        if (targetId !== swarm)
          throw new Failure('NOT_FOUND', `There is no service "${replaces}" in ${seen.name}.`, {
            kind: 'service',
            id: replaces,
          })
      }
      const names = new Names(seen.sight)
      const own = before?.service ?? null
      const spec = specOfDraft(blanked(draft), own?.Spec ?? null, names.lenient)
      const question = { spec, serviceId: own?.ID ?? null }
      const placement = placementOf(seen.sight, question)
      const more = replicasOf(spec.Mode) - (own ? replicasOf(own.Spec.Mode) : 0)
      const reasons = reasonsOf(room, swarm, spec)
      const bound = isBound(room, swarm, caller)
      const taken = seen.sight.services.some(({ ID, Spec }) => Spec.Name === draft.name && ID !== own?.ID)
      return {
        compose: stackText(spec, keptNames(draft), names),
        command: createText(spec, keptNames(draft), names),
        problems: [
          ...(taken ? [`There is a service "${draft.name}" already.`] : []),
          ...unknownNames(draft, names),
          ...fitWarnings(placement, spec, more),
          ...portWarnings(seen.sight, spec, own?.ID ?? null),
          ...(bound ? [] : reasons),
        ],
        refusals: bound ? reasons : [],
        placement,
      }
    },

    draft: async ({ id }) => {
      const one = seenService(room, id)
      const { Spec: spec } = await presentService(room, one)
      const names = new Names(one.seen.sight)
      const draft = draftOfSpec(spec, names)
      return { draft, lost: beyondForm(spec, draft, names) }
    },

    create: {
      plan: async ({ swarm, draft }, { caller }) => {
        const { seen, spec, notes } = prepareCreate(swarm, draft, caller)
        return createPlan(seen, spec, [...notes, ...(await imageNotes(room, swarm, draft.image))])
      },
      run: async ({ swarm, draft }, context) => {
        const { spec } = prepareCreate(swarm, draft, context.caller)
        const signIn = await room.registries.signInFor(draft.image)
        const made = await clusterOf(registry, swarm).createService(spec as unknown as Native, signIn)
        const id = serviceIdOf(swarm, made.id)
        context.audit({ resource: `service:${id}`, after: facts(spec) })
        const by = context.caller.username
        await follow(room, { targetId: swarm, serviceId: id, name: spec.Name, verb: 'create', undo: false, by })
        await registry.whenService(id, (row) => row !== null, 3000, context.signal)
        return { id, warnings: [...made.warnings] }
      },
    },

    update: {
      plan: async ({ id, draft }, { caller }) => {
        const { one, service, names, spec, notes } = await prepareUpdate(id, draft, caller)
        const isNew = draft.image !== draftOfSpec(service.Spec, names).image
        const told = isNew ? await imageNotes(room, one.seen.targetId, draft.image) : []
        return updatePlan(one.seen, service, spec, names, [...notes, ...told])
      },
      run: async ({ id, draft, deadlineMs }, context) => {
        const { one, service, names, spec } = await prepareUpdate(id, draft, context.caller)
        const { name, nativeId, seen } = one
        await keepRevision(room, id, service)
        const signIn = await room.registries.signInFor(draft.image)
        const warnings = await clusterFor(room, one).updateService(
          nativeId,
          service.Version.Index,
          spec as unknown as Native,
          { signIn, from: 'spec' },
        )
        context.audit({
          resource: `service:${id}`,
          before: facts(service.Spec),
          after: { ...facts(spec), changes: differences(service.Spec, spec, names) },
        })
        const by = context.caller.username
        await follow(room, { targetId: seen.targetId, serviceId: id, name, verb: 'update', undo: true, by, deadlineMs })
        return { warnings: [...warnings] }
      },
    },
  }
}
