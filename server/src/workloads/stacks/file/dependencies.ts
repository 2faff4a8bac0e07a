import { type Dependency, findLoop } from '../rendered.ts'
import { didYouMean } from './nearest.ts'
import type { Path, Problems } from './problems.ts'

/** Tells dependencies on services that are not there, and loops. */
export function checkDependencies(
  services: ReadonlyMap<string, readonly Dependency[]>,
  known: readonly string[],
  problems: Problems,
): void {
  const at = (name: string): Path => ['services', name, 'depends_on']
  for (const [name, dependencies] of services) {
    for (const { service } of dependencies) {
      if (known.includes(service)) continue
      problems.error(at(name), `${name} depends on ${service}, which is not in the file.${didYouMean(service, known)}`)
    }
  }
  const edges = new Map([...services].map(([name, all]) => [name, all.map((dependency) => dependency.service)]))
  const loop = findLoop(edges)
  if (loop) problems.error(at(loop[0]!), `Services depend on each other in a loop: ${loop.join(' → ')}.`)
}
