import type { Inspection, Native, SwarmService } from '@wheelhouse/driver'

/** Mounts and capabilities that lead out of a container, as a clause each. */
function powersOf({ Spec: { TaskTemplate: template } }: SwarmService): string[] {
  const container = template.ContainerSpec
  const mounts = (container?.Mounts ?? []).filter((mount) => mount.Type === 'bind')
  return [
    ...(container?.CapabilityAdd ?? []).map((name) => `has the capability ${name}`),
    ...mounts.map((mount) => `mounts ${mount.Source ?? '/'} of its node`),
  ]
}

/** The environment is told apart, so it is left out of the manager's own words, also of the spec before. */
export function inspectionOf(native: Native): Inspection {
  const service = native as unknown as SwarmService
  const container = service.Spec.TaskTemplate.ContainerSpec
  const pairs = (container?.Env ?? []).map((entry): [string, string] => {
    const equals = entry.indexOf('=')
    return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
  })
  return {
    native: withoutEnvironment(native) as Record<string, unknown>,
    environment: Object.fromEntries(pairs),
    directory: container?.Dir || null,
    powers: powersOf(service),
  }
}

function withoutEnvironment(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEnvironment)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key === 'Env' && Array.isArray(inner) ? [] : [[key, withoutEnvironment(inner)]],
    ),
  )
}
