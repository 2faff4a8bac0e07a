import type { Plan, PlanStep } from '@wheelhouse/contract'
import { countVerbs } from '../../../dispatch/index.ts'
import type { Sight } from '../../../inventory/targets/index.ts'
import { fitWarnings, placementOf, portWarnings, replicasOf } from '../../swarm/index.ts'
import { digestOf } from '../reconcile/digest.ts'
import { summarize } from '../reconcile/plan.ts'
import type { Rendered } from '../rendered.ts'
import type { StackTarget } from '../stack-targets.ts'
import type { SwarmAction, SwarmDecision } from './decide.ts'

const gone = 'it is not in the file any more'

function objectStep({ spec, name, verb }: SwarmDecision['objects'][number]): PlanStep {
  const isVersion = name !== spec.name
  return {
    verb,
    kind: spec.kind,
    name: spec.name,
    reasons: isVersion ? [verb === 'create' ? `its value is another: it becomes ${name}` : `it is ${name}`] : [],
  }
}

function stepsOf(decision: SwarmDecision): PlanStep[] {
  const step = (verb: PlanStep['verb'], kind: PlanStep['kind'], name: string, reasons: string[] = []): PlanStep => ({
    verb,
    kind,
    name,
    reasons,
  })
  return [
    ...decision.networks.map(({ verb, spec }) => step(verb, 'network', spec.name)),
    ...decision.objects.map(objectStep),
    ...decision.services.map(({ verb, spec, reasons }) => step(verb, 'service', spec.service, [...reasons])),
    ...decision.removedServices.map(({ Spec }) => step('remove', 'service', Spec.Name, [gone])),
    ...decision.removedNetworks.map(({ name }) => step('remove', 'network', name, [gone])),
    ...decision.removedObjects.map(({ kind, stored }) =>
      step('remove', kind, stored.Spec.Name, ['nothing uses it any more']),
    ),
  ]
}

/** Whether its tasks find nodes, and its ports are free: what would otherwise be learnt at the deadline. */
function doubts({ spec, current, verb }: SwarmAction, sight: Sight): string[] {
  if (verb === 'keep') return []
  const { native, service } = spec
  const id = current?.ID ?? null
  const more = replicasOf(native.Mode) - (current ? replicasOf(current.Spec.Mode) : 0)
  const placement = placementOf(sight, { spec: native, serviceId: id })
  return [...fitWarnings(placement, native, more), ...portWarnings(sight, native, id)].map(
    (text) => `${service}: ${text}`,
  )
}

/** `notes` are warnings that do not come from comparing, such as those of the file and of the policy. */
export function makeSwarmPlan(
  bound: Rendered,
  target: StackTarget,
  decision: SwarmDecision,
  sight: Sight,
  notes: readonly string[],
  key: string,
): Plan {
  const steps = stepsOf(decision)
  const replaced = decision.services.filter(({ verb }) => verb === 'replace')
  const gaps = replaced.filter(
    ({ spec }) => spec.native.UpdateConfig?.Order !== 'start-first' && replicasOf(spec.native.Mode) === 1,
  )
  const warnings = [
    ...notes,
    ...decision.foreign.map(
      ({ Spec }) => `${Spec.Name} carries the name of this stack but was not applied from here, so it is left alone.`,
    ),
    ...decision.networks
      .filter(({ owner }) => owner !== null)
      .map(({ spec, owner }) => `The network ${spec.name} is that of the stack ${owner}: both use it then.`),
    ...decision.networks
      .filter(({ verb, differs }) => verb === 'keep' && differs.length > 0)
      .map(
        ({ spec, differs }) =>
          `The network ${spec.name} stays as it is although ${differs.join(', ')} changed. Remove the stack to make it anew.`,
      ),
    ...gaps.map(
      ({ spec }) => `${spec.service} does not answer in between: it has one task, and the old one stops first.`,
    ),
    ...decision.services.flatMap((action) => doubts(action, sight)),
  ]
  // Beside the steps, what decides whether doing them later would still do the same.
  const from = {
    target: target.id,
    steps,
    specs: bound.workloads.map(({ spec, dependsOn }) => [spec.digest, dependsOn]),
    resources: bound.resources,
    objects: decision.objects.map(({ spec, name }) => [name, spec.data]),
    touched: [
      ...decision.services.map(({ current }) => current && [current.ID, current.Spec]),
      ...decision.removedServices.map(({ ID }) => ID),
    ],
  }
  const volumes = bound.workloads.flatMap(({ spec }) =>
    spec.kind === 'swarm-service' ? (spec.native.TaskTemplate.ContainerSpec?.Mounts ?? []) : [],
  )
  const kept = volumes.flatMap(({ Type: type, Source: source }) => (type === 'volume' && source ? [source] : []))
  return {
    summary: summarize(bound.name, target.name, steps),
    steps,
    counts: { ...countVerbs(steps), drifted: decision.services.filter(({ drifted }) => drifted).length },
    warnings,
    kept: [...new Set(kept)].map((name) => `volume ${name}, on each node by itself`),
    digest: digestOf(from, key),
  }
}
