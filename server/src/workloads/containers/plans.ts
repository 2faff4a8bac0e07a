import type { Plan, Service } from '@wheelhouse/contract'
import { type ContainerSpec, withoutOwnLabels } from '@wheelhouse/driver'
import { planDigest } from '../../dispatch/index.ts'
import { maskEnvironment } from '../services/index.ts'

/** A spec as it may be read: its secrets are no part of what is told of it. */
const readable = (spec: ContainerSpec): object => ({ ...spec, environment: maskEnvironment(spec.environment) })

export function createPlan(spec: ContainerSpec, targetName: string, notes: readonly string[]): Plan {
  return {
    summary: `Make the container ${spec.name} on ${targetName}.`,
    steps: [{ verb: 'create', kind: 'service', name: spec.name, reasons: [`of ${spec.image}`] }],
    counts: { create: 1 },
    warnings: [...notes],
    kept: [],
    digest: planDigest([readable(spec), targetName]),
  }
}

/** Fields that no person would look for in a difference. */
const unsaid = new Set(['kind', 'stack', 'service', 'digest', 'checks', 'environment', 'labels'])

const text = (value: unknown): string => {
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return shown.length > 120 ? `${shown.slice(0, 117)}…` : shown
}
/** The same for what says the same: an engine names the parts of a port in another order than a form does. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
const nothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  JSON.stringify(value) === '[]' ||
  JSON.stringify(value) === '{}'

/** What differs between two specs, a line each; values that look secret are never among them. */
export function differences(before: ContainerSpec, after: ContainerSpec): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => !unsaid.has(field))
  const lines = fields.flatMap((field) => {
    const [was, is] = [before[field as keyof ContainerSpec], after[field as keyof ContainerSpec]]
    if (canonical(was) === canonical(is) || (nothing(was) && nothing(is))) return []
    return [`${field}: ${nothing(was) ? 'none' : text(was)} → ${nothing(is) ? 'none' : text(is)}`]
  })
  const [was, is] = [maskEnvironment(before.environment), maskEnvironment(after.environment)]
  const names = [...new Set([...was, ...is].map(({ name }) => name))].sort()
  return [
    ...lines,
    ...names.flatMap((name) => {
      if (before.environment[name] === after.environment[name]) return []
      const shown = (list: typeof was): string => list.find((one) => one.name === name)?.value ?? 'none'
      const [old, fresh] = [shown(was), shown(is)]
      return [old === fresh ? `environment.${name}: another secret` : `environment.${name}: ${old} → ${fresh}`]
    }),
    ...labelDifferences(withoutOwnLabels(before.labels), withoutOwnLabels(after.labels)),
  ]
}

function labelDifferences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  const shown = (value: string | undefined): string => (value === undefined ? 'none' : text(value))
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `labels.${name}: ${shown(before[name])} → ${shown(after[name])}`)
}

export function replacePlan(
  service: Service,
  before: ContainerSpec,
  after: ContainerSpec,
  notes: readonly string[],
): Plan {
  const reasons = differences(before, after)
  const anonymous = before.mounts.filter(({ type, source }) => type === 'volume' && /^[0-9a-f]{64}$/.test(source ?? ''))
  const lost = anonymous.filter(({ source }) => !after.mounts.some((mount) => mount.source === source))
  return {
    summary: `Put a new container in the place of ${service.name} on ${service.targetName}. The old one comes back unless the new is healthy.`,
    steps: [
      {
        verb: 'replace',
        kind: 'service',
        name: service.name,
        reasons: reasons.length > 0 ? reasons : ['nothing differs: made anew'],
      },
    ],
    counts: { replace: 1 },
    warnings: [
      ...notes,
      ...(service.state === 'stopped' ? [] : [`${service.name} does not answer while the new one starts.`]),
      ...(service.stack === null
        ? []
        : [`It belongs to the stack ${service.stack}, whose next plan brings it back to its file.`]),
      ...lost.map(({ destination }) => `What is in ${destination} stays behind in a volume without a name.`),
    ],
    kept: before.mounts
      .filter(({ type }) => type !== 'tmpfs')
      .map(({ source, destination }) => `${source ?? 'a volume'} at ${destination}`),
    digest: planDigest([service.id, readable(before), readable(after)]),
  }
}

export function prunePlan(stopped: readonly Service[], targetName: string): Plan {
  return {
    summary:
      stopped.length === 0
        ? `Nothing to remove on ${targetName}.`
        : `Remove ${stopped.length} stopped ${stopped.length === 1 ? 'container' : 'containers'} of ${targetName} that no stack claims.`,
    steps: stopped.map((service) => ({
      verb: 'remove',
      kind: 'service',
      name: service.name,
      reasons: [service.image ?? '', service.reason ?? 'stopped'].filter((words) => words !== ''),
    })),
    counts: { remove: stopped.length },
    warnings: [],
    kept: ['their volumes', 'their images'],
    digest: planDigest(stopped.map(({ id }) => id).sort()),
  }
}
