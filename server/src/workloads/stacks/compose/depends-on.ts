import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'
import type { Condition, Dependency } from '../rendered.ts'

const conditions = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
} as const satisfies Record<string, Condition>
const names = Object.keys(conditions) as (keyof typeof conditions)[]

/**
 * `known` are the services that will run: a dependency that is not required and not there is left out. `implied` are those that
 * another key made.
 */
export function readDependsOn(
  reader: Reader,
  value: unknown,
  path: Path,
  known: readonly string[],
  implied: ReadonlySet<string>,
): Dependency[] {
  return Object.entries(reader.map(value, path) ?? {}).flatMap(([service, item]): Dependency[] => {
    const at = [...path, service]
    const fields = reader.map(item, at) ?? {}
    const name =
      fields.condition === undefined ? 'service_started' : reader.choice(fields.condition, [...at, 'condition'], names)
    if (reader.boolean(fields.required, [...at, 'required']) === false && !known.includes(service)) {
      reader.problems.warn(at, `${service} is not there and not required, so nothing waits for it.`)
      return []
    }
    // Who shares a namespace is made anew with the other: a restart on top would be one too many.
    const restart = reader.boolean(fields.restart, [...at, 'restart']) === true && !implied.has(service)
    return name === null ? [] : [{ service, condition: conditions[name], ...(restart ? { restart } : {}) }]
  })
}
