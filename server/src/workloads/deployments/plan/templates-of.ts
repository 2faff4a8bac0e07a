import type { Project } from '../../stacks/index.ts'

/**
 * The apps whose templates a run renders; null for all. Where apps were chosen it is those, and such as no release has yet: the templates
 * of the others are not even read, so that a fault in one of them holds up nobody.
 */
export function templatesOf(
  project: Pick<Project, 'manifest'>,
  chosen: readonly string[],
  known: readonly string[],
): readonly string[] | null {
  if (chosen.length === 0) return null
  return Object.keys(project.manifest?.apps ?? {}).filter((app) => chosen.includes(app) || !known.includes(app))
}
