import type { Service } from '@wheelhouse/contract'

/** Without the containers of Swarm tasks whose service is among the rows, which stands for them. */
export function eachOnce(services: readonly Service[]): readonly Service[] {
  const swarm = new Set(services.flatMap(({ kind, id }) => (kind === 'swarm-service' ? [id] : [])))
  return swarm.size === 0 ? services : services.filter(({ taskOf }) => taskOf === undefined || !swarm.has(taskOf))
}
