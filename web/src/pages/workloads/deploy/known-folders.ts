import { useQuery } from '@tanstack/react-query'
import type { Deployment, Release } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { deployments } from '../../../api/deployments.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
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

/** What may be deployed again, and the examples that can be tried. */
export function useKnownFolders(): readonly KnownFolder[] {
  const runs = useRows(deployments)
  const releases = useQuery({
    queryKey: keys.releases({ folders: true }),
    queryFn: () => client.releases.list({ limit: 200 }),
    staleTime: 60_000,
    retry: false,
  })
  const examples = useQuery({
    queryKey: keys.examples,
    queryFn: () => client.stacks.examples(),
    staleTime: Infinity,
    retry: false,
  })
  return useMemo(
    () => foldersOf(runs, releases.data?.items ?? [], examples.data?.items ?? []),
    [runs, releases.data, examples.data],
  )
}
