import type { Plan, PlanStep } from '@wheelhouse/contract'
import { countVerbs } from '../../../dispatch/index.ts'
import type { Decision } from './decide.ts'
import { digestOf } from './digest.ts'
import type { Rendered } from '../rendered.ts'
import type { StackTarget } from '../stack-targets.ts'

const words: Record<PlanStep['verb'], string> = {
  create: 'to create',
  change: 'to change',
  replace: 'to replace',
  remove: 'to remove',
  keep: 'to keep',
}

/** "shop on north: 2 to create, 1 to keep." */
export function summarize(name: string, target: string, steps: readonly PlanStep[]): string {
  const counts = countVerbs(steps)
  const parts = Object.entries(words).flatMap(([verb, word]) => (counts[verb] ? [`${counts[verb]} ${word}`] : []))
  const changes = steps.some((step) => step.verb !== 'keep')
  return changes
    ? `${name} on ${target}: ${parts.join(', ')}.`
    : `${name} on ${target} is as the file says. Nothing changes.`
}

/** Names of services as people wrote them; the container's own where one service has several. */
export function nameOf(rendered: Rendered, spec: { readonly name: string; readonly service: string }): string {
  return rendered.workloads.filter((workload) => workload.spec.service === spec.service).length > 1
    ? spec.name
    : spec.service
}

function stepsOf(rendered: Rendered, decision: Decision): PlanStep[] {
  return [
    ...decision.resources.map(({ verb, spec }) => ({ verb, kind: spec.kind, name: spec.name, reasons: [] })),
    ...decision.services.map(({ verb, workload, reasons }) => ({
      verb,
      kind: 'service' as const,
      name: nameOf(rendered, workload.spec),
      reasons: [...reasons],
    })),
    ...decision.removedServices.map((service) => ({
      verb: 'remove' as const,
      kind: 'service' as const,
      name: service.stackService ?? service.name,
      reasons: ['it is not in the file any more'],
    })),
    ...decision.removedNetworks.map((network) => ({
      verb: 'remove' as const,
      kind: 'network' as const,
      name: network.name,
      reasons: ['it is not in the file any more'],
    })),
  ]
}

/** `notes` are warnings that do not come from comparing, such as those of the file and of the policy. */
export function makePlan(
  rendered: Rendered,
  target: StackTarget,
  decision: Decision,
  notes: readonly string[],
  key: string,
): Plan {
  const steps = stepsOf(rendered, decision)
  const drifted = decision.services.filter((action) => action.drifted).length
  const warnings = [
    ...notes,
    ...decision.clashes.map(
      (service) => `${service.name} is there already and not of this stack, so applying will fail. Rename one of them.`,
    ),
    ...decision.foreign.map(
      (service) => `${service.name} carries the name of this stack but was not started from here, so it is left alone.`,
    ),
    ...decision.resources
      .filter((resource) => resource.owner !== null)
      .map(({ spec, owner }) => `The ${spec.kind} ${spec.name} is that of the stack ${owner}: both use it then.`),
    ...decision.resources
      .filter((resource) => resource.differs.length > 0)
      .map(
        ({ spec, differs }) =>
          `The ${spec.kind} ${spec.name} stays as it is although ${differs.join(', ')} changed. Remove the stack to make it anew.`,
      ),
  ]
  // Beside the steps, what decides whether doing them later would still do the same.
  const bound = {
    target: target.id,
    steps,
    specs: rendered.workloads.map(({ spec, dependsOn }) => [spec.digest, dependsOn]),
    resources: rendered.resources,
    touched: [
      ...decision.services.map((action) => action.current?.id ?? null),
      ...decision.removedServices.map((service) => service.id),
    ],
  }
  return {
    summary: summarize(rendered.name, target.name, steps),
    steps,
    counts: { ...countVerbs(steps), drifted },
    warnings,
    kept: decision.keptVolumes.map((volume) => `volume ${volume.name}`),
    digest: digestOf(bound, key),
  }
}
