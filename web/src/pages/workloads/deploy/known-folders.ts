import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { deployments } from '../../../api/deployments.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { foldersOf, type KnownFolder } from './folders.ts'

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
