import { useInfiniteQuery } from '@tanstack/react-query'
import type { Deployment } from '@wheelhouse/contract'
import { deploymentStates } from '@wheelhouse/contract/workloads/deployment-states'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { deployments } from '../../../api/deployments.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { type DeploymentFilter, merged, sectioned } from './filter.ts'

/** The rows a filter lets through: asked for page by page, kept up to date by what is pushed. */
export function useDeploymentRows(filter: DeploymentFilter) {
  const pushed = useRows(deployments)
  const state = deploymentStates.find((each) => each === filter.state)
  const asked = useInfiniteQuery({
    queryKey: keys.deployments({ stack: filter.stack, environment: filter.environment, state }),
    queryFn: ({ pageParam }) =>
      client.deployments.list({
        limit: 100,
        ...(filter.stack ? { stack: filter.stack } : {}),
        ...(filter.environment ? { environment: filter.environment } : {}),
        ...(state ? { state } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  })
  const known = useMemo(
    () => merged(asked.data?.pages.flatMap((page): Deployment[] => page.items) ?? [], pushed),
    [asked.data, pushed],
  )
  const sections = useMemo(() => sectioned(known, filter), [known, filter])
  return { asked, known, ...sections }
}
