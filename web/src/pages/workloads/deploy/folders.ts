import type { Deployment, Release } from '@wheelhouse/contract'
import { newestFirst } from '../deployments/filter.ts'

export interface KnownFolder {
  readonly directory: string
  /** Stack it was deployed as, or the title of an example. */
  readonly name: string
  readonly kind: 'deployed' | 'example'
}

/** Folders by what was deployed from them, the newest first, then examples; each once. */
export function foldersOf(
  runs: readonly Deployment[],
  releases: readonly Release[],
  examples: readonly { readonly title: string; readonly directory: string }[],
): KnownFolder[] {
  const found = new Map<string, KnownFolder>()
  const add = (directory: unknown, name: string, kind: KnownFolder['kind']): void => {
    if (typeof directory === 'string' && directory !== '' && !found.has(directory))
      found.set(directory, { directory, name, kind })
  }
  for (const run of [...runs].sort(newestFirst)) add(run.options.directory, run.stack, 'deployed')
  for (const release of releases) add(release.source.directory, release.stack, 'deployed')
  for (const example of examples) add(example.directory, example.title, 'example')
  return [...found.values()]
}
