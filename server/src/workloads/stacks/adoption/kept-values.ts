import { parse } from 'yaml'
import type { Problem } from '../file/problems.ts'
import type { Rendered, Workload } from '../rendered.ts'
import { lastAsked, type Past } from '../store.ts'

type Values = Readonly<Record<string, string>>

/** Names that services give no value, by service. What cannot be read is told by the reader of stacks. */
function bareVariables(source: string): Map<string, string[]> {
  let services: unknown
  try {
    services = (parse(source, { logLevel: 'silent', merge: true }) as { services?: unknown } | null)?.services
  } catch {
    return new Map()
  }
  if (typeof services !== 'object' || services === null) return new Map()
  return new Map(
    Object.entries(services as Record<string, { environment?: unknown } | null>).map(([service, fields]) => {
      const environment = fields?.environment
      if (Array.isArray(environment))
        return [service, environment.filter((one) => typeof one === 'string' && !one.includes('=')) as string[]]
      const bare = Object.entries((environment ?? {}) as Record<string, unknown>).filter(([, value]) => value === null)
      return [service, bare.map(([name]) => name)]
    }),
  )
}

/** Values that were kept when the stack was applied last, by the name of the container. */
export function keptBefore(past: Past): ReadonlyMap<string, Values> {
  return new Map(
    (lastAsked(past)?.workloads ?? []).map(({ spec, kept = [] }) => [
      spec.name,
      Object.fromEntries(kept.flatMap((name) => (name in spec.environment ? [[name, spec.environment[name]!]] : []))),
    ]),
  )
}

function withValues(workload: Workload, bare: readonly string[], values: Values | undefined): Workload {
  const { spec } = workload
  if (spec.kind === 'process' || values === undefined) return workload
  const kept = bare.filter((name) => !(name in spec.environment) && Object.hasOwn(values, name))
  if (kept.length === 0) return workload
  const environment = { ...spec.environment, ...Object.fromEntries(kept.map((name) => [name, values[name]!])) }
  if (spec.kind === 'container') return { ...workload, kept, spec: { ...spec, environment } }
  const { TaskTemplate: template } = spec.native
  const Env = Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
  const TaskTemplate = { ...template, ContainerSpec: { ...template.ContainerSpec, Env } }
  return { ...workload, kept, spec: { ...spec, environment, native: { ...spec.native, TaskTemplate } } }
}

/** Gives variables that the file names without a value, and that nobody gave one, those that are kept. */
export function withKeptValues(rendered: Rendered, source: string, values: ReadonlyMap<string, Values>): Rendered {
  const bare = bareVariables(source)
  return {
    ...rendered,
    workloads: rendered.workloads.map((workload) =>
      withValues(workload, bare.get(workload.spec.service) ?? [], values.get(workload.spec.name)),
    ),
  }
}

/** Problems without those that say of a kept value that there is none. */
export function withoutKept(problems: readonly Problem[], { workloads }: Rendered): Problem[] {
  const paths = new Set(
    workloads.flatMap(({ spec, kept = [] }) => kept.map((name) => `services.${spec.service}.environment.${name}`)),
  )
  return problems.filter(({ severity, path }) => severity === 'error' || !paths.has(path))
}
