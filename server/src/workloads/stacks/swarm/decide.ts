import { Failure } from '@wheelhouse/contract'
import {
  type FoundResource,
  type NetworkSpec,
  replacesTasks,
  type ServiceSpec,
  specFields,
  stackLabels,
  type SwarmService,
  type SwarmServiceSpec,
  type SwarmStored,
  swarmLabels,
} from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { resourceDifferences } from '../reconcile/differences.ts'
import { levels, type Rendered, type Workload } from '../rendered.ts'
import type { Past } from '../store.ts'
import type { Bound, BoundObject } from './bind.ts'
import { modeKind, specByName, specWords, tasksOf } from './spec-words.ts'

export interface SwarmAction {
  /** `replace`: its tasks are replaced; `change`: they stay. */
  readonly verb: 'create' | 'replace' | 'change' | 'keep'
  readonly spec: SwarmServiceSpec
  readonly current: SwarmService | null
  readonly reasons: readonly string[]
  /** The file is as it was, the Swarm is not. */
  readonly drifted: boolean
}
export interface SwarmDecision {
  /** In the order they are done. */
  readonly services: readonly SwarmAction[]
  readonly networks: readonly {
    readonly verb: 'create' | 'keep'
    readonly spec: NetworkSpec
    readonly differs: readonly string[]
    /** The other stack that made it. */
    readonly owner: string | null
  }[]
  readonly objects: readonly BoundObject[]
  readonly removedServices: readonly SwarmService[]
  readonly removedNetworks: readonly FoundResource[]
  /** Of the stack, and used by nothing once it is as the file says. */
  readonly removedObjects: readonly { readonly kind: 'secret' | 'config'; readonly stored: SwarmStored }[]
  /** Carry the stack's name, but were never applied from here: left alone. */
  readonly foreign: readonly SwarmService[]
}

export interface SwarmPresent {
  readonly sight: Sight
  readonly networks: readonly FoundResource[]
}

const specsOf = (rendered: Rendered): SwarmServiceSpec[] =>
  rendered.workloads.flatMap(({ spec }) => (spec.kind === 'swarm-service' ? [spec] : []))
export const swarmSpec = ({ spec }: Workload): SwarmServiceSpec => {
  if (spec.kind === 'swarm-service') return spec
  throw new Failure('INTERNAL', `${spec.name} is no service of a Swarm.`)
}

/** Networks that every node has by itself. */
const ofNodes: readonly string[] = ['host', 'bridge', 'none']

/**
 * What has to happen for a Swarm to be as a file says. `plain` is the stack as it was rendered, `bound` with the names that its secrets
 * and configs have. Throws STACK_INVALID and NOT_FOUND for what the Swarm would refuse halfway.
 */
export function decideSwarm(plain: Rendered, bound: Bound, past: Past, present: SwarmPresent): SwarmDecision {
  const { sight } = present
  const stack = plain.name
  const byName = new Map(sight.services.map((service) => [service.Spec.Name, service]))
  const wanted = levels(bound.rendered.workloads).flat().map(swarmSpec)
  const before = new Map((past.applied ? specsOf(past.applied) : []).map((spec) => [spec.name, spec]))
  const isNew = (spec: SwarmServiceSpec): boolean => {
    const [last, now] = [before.get(spec.name), specsOf(plain).find(({ name }) => name === spec.name)]
    return !last || !now || specFields(last.native, now.native).length > 0 || valuesChanged(plain, past)
  }
  const services = wanted.map((spec): SwarmAction => {
    const current = byName.get(spec.name) ?? null
    if (current === null) {
      const gone = before.has(spec.name)
      const reasons = gone ? ['it is gone from the Swarm'] : [`of ${spec.image}`, tasksOf(spec.native)]
      return { verb: 'create', spec, current, reasons, drifted: gone && !isNew(spec) }
    }
    refuse(stack, spec, current)
    const now = withNodeNetworks(specByName(current.Spec, sight.networks), spec.native)
    const fields = specFields(now, spec.native)
    const held = current.Spec.Labels?.[swarmLabels.held] !== undefined ? ['its update is held'] : []
    if (fields.length === 0 && held.length === 0) return { verb: 'keep', spec, current, reasons: [], drifted: false }
    const reasons = [...specWords(now, spec.native), ...held]
    return { verb: replacesTasks(fields) ? 'replace' : 'change', spec, current, reasons, drifted: !isNew(spec) }
  })
  requireThere(wanted, plain, bound, sight)
  const names = new Set(wanted.map(({ name }) => name))
  const known = new Set(past.all.flatMap(specsOf).map(({ name }) => name))
  const others = sight.services.filter(
    ({ Spec: { Name: name, Labels: labels } }) => labels?.[stackLabels.namespace] === stack && !names.has(name),
  )
  const removedServices = others.filter(({ Spec }) => known.has(Spec.Name))
  const own = plain.resources.flatMap((spec) => (spec.kind === 'network' ? [spec] : []))
  return {
    services,
    networks: own.map((spec) => {
      const found = present.networks.find(({ name }) => name === spec.name)
      const last = past.applied?.resources.find(({ kind, name }) => kind === 'network' && name === spec.name)
      return {
        verb: found || sight.networks.some(({ Name }) => Name === spec.name) ? 'keep' : 'create',
        spec,
        differs: last ? resourceDifferences(last, spec) : [],
        owner: found && found.stack !== stack ? found.stack : null,
      }
    }),
    objects: bound.objects,
    removedServices,
    removedNetworks: present.networks.filter(
      (found) => found.kind === 'network' && found.stack === stack && !own.some(({ name }) => name === found.name),
    ),
    removedObjects: leftObjects(stack, wanted, bound, past, sight, removedServices),
    foreign: others.filter(({ Spec }) => !known.has(Spec.Name)),
  }
}

function refuse(stack: string, spec: SwarmServiceSpec, { Spec: current }: SwarmService): void {
  const owner = current.Labels?.[stackLabels.namespace]
  if (owner !== stack) {
    const of = owner === undefined ? 'no stack' : `the stack ${owner}`
    throw new Failure('STACK_INVALID', `The name ${spec.name} is taken by a service of ${of}. Rename one of them.`)
  }
  const [was, is] = [modeKind(current), modeKind(spec.native)]
  if (was !== is)
    throw new Failure(
      'STACK_INVALID',
      `${spec.service} is ${was} and the file says ${is}: a Swarm service keeps its mode. Rename it in the file, or remove it first.`,
    )
}

const valuesChanged = (plain: Rendered, past: Past): boolean => {
  const old = past.applied?.objects ?? []
  return (plain.objects ?? []).some(
    ({ kind, name, data }) => old.find((one) => one.kind === kind && one.name === name)?.data !== data,
  )
}

/** Networks of the nodes themselves are in no list of the Swarm, so their ids have no names. */
function withNodeNetworks(current: ServiceSpec, wanted: ServiceSpec): ServiceSpec {
  const asked = (wanted.TaskTemplate.Networks ?? []).map(({ Target }) => Target ?? '')
  const node = asked.find((name) => ofNodes.includes(name))
  const networks = current.TaskTemplate.Networks
  if (node === undefined || !networks || networks.length !== asked.length) return current
  const own = networks.filter(({ Target }) => !asked.includes(Target ?? ''))
  if (own.length !== 1) return current
  const Networks = networks.map((one) => (one === own[0] ? { ...one, Target: node } : one))
  return { ...current, TaskTemplate: { ...current.TaskTemplate, Networks } }
}

/** What is external must be there before anything is begun. */
function requireThere(wanted: readonly SwarmServiceSpec[], plain: Rendered, bound: Bound, sight: Sight): void {
  const made = new Set(bound.objects.map(({ spec, name }) => `${spec.kind} ${name}`))
  const need = (kind: 'network' | 'secret' | 'config', name: string, there: boolean, of: string): void => {
    if (there) return
    throw new Failure(
      'NOT_FOUND',
      `The Swarm has no ${kind} "${name}", which the file says is external and ${of} uses. Make it first.`,
      { kind, id: name },
    )
  }
  for (const { service, native } of wanted) {
    const container = native.TaskTemplate.ContainerSpec
    for (const { Target: name = '' } of native.TaskTemplate.Networks ?? [])
      need(
        'network',
        name,
        ofNodes.includes(name) ||
          plain.resources.some((one) => one.name === name) ||
          sight.networks.some((one) => one.Name === name),
        service,
      )
    for (const { SecretName: name } of container?.Secrets ?? [])
      need('secret', name, made.has(`secret ${name}`) || sight.secrets.some(({ Spec }) => Spec.Name === name), service)
    for (const { ConfigName: name } of container?.Configs ?? [])
      need('config', name, made.has(`config ${name}`) || sight.configs.some(({ Spec }) => Spec.Name === name), service)
  }
}

/** Versions of secrets and configs that were brought from here and are of no use any more, not even to go back to. */
function leftObjects(
  stack: string,
  wanted: readonly SwarmServiceSpec[],
  bound: Bound,
  past: Past,
  sight: Sight,
  leaving: readonly SwarmService[],
): SwarmDecision['removedObjects'] {
  const brought = [...past.all.flatMap(({ objects }) => objects ?? []), ...bound.objects.map(({ spec }) => spec)]
  const changing = new Set(wanted.map(({ name }) => name))
  const used = new Set(
    sight.services
      .filter((service) => !leaving.includes(service))
      // What a service of the stack is now is what it can go back to.
      .flatMap(({ Spec, PreviousSpec }) => (changing.has(Spec.Name) ? [Spec] : [Spec, PreviousSpec]))
      .flatMap((spec) => {
        const { Secrets, Configs } = spec?.TaskTemplate.ContainerSpec ?? {}
        return [...(Secrets ?? []).map((one) => one.SecretID), ...(Configs ?? []).map((one) => one.ConfigID)]
      }),
  )
  const chosen = new Set(bound.objects.map(({ spec, name }) => `${spec.kind} ${name}`))
  const left = (kind: 'secret' | 'config', all: readonly SwarmStored[]) =>
    all
      .filter(({ ID, Spec: { Name: name, Labels: labels } }) => {
        const isOurs = brought.some((one) => one.kind === kind && isVersion(name, one.name))
        const isOfStack = labels?.[stackLabels.namespace] === stack
        return isOurs && isOfStack && !chosen.has(`${kind} ${name}`) && !used.has(ID)
      })
      .map((stored) => ({ kind, stored }))
  return [...left('secret', sight.secrets), ...left('config', sight.configs)]
}

const isVersion = (name: string, plain: string): boolean =>
  name === plain || (/-[0-9a-f]{10}$/.test(name) && name.slice(0, -11) === plain.slice(0, 53))
