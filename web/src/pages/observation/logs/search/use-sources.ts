import { useQuery } from '@tanstack/react-query'
import { client } from '../../../../api/client.ts'
import { allPages } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'

/** Everything whose lines are kept. */
export function useSources(filter: { readonly service?: string } = {}) {
  return useQuery({
    queryKey: keys.logSources(filter),
    queryFn: () =>
      allPages((cursor) => client.logHistory.sources({ ...filter, limit: 1000, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  })
}
