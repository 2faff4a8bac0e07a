import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'

/** Every kept release of a stack, or of one environment of it. */
export function useReleases(stack: string, environment = '') {
  return useQuery({
    queryKey: keys.releases({ stack, environment }),
    queryFn: () =>
      allPages((cursor) =>
        client.releases.list({
          limit: 500,
          ...(stack ? { stack } : {}),
          ...(environment ? { environment } : {}),
          ...(cursor ? { cursor } : {}),
        }),
      ),
  })
}
