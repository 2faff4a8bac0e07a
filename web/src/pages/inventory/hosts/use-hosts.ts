import { useQueries, useQuery } from '@tanstack/react-query'
import type { Target } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import type { HostData } from './host-facts.ts'

const everything = { limit: 1000 } as const
const at = (cursor: string | undefined): { cursor?: string } => (cursor ? { cursor } : {})

/** What is known of each host. Lists come from memory; each engine is asked about itself alone, so that one that is slow keeps its own column waiting. */
export function useHosts(rows: readonly Target[]): HostData[] {
  const may = useMay()
  const images = useQuery({
    queryKey: keys.hosts('images'),
    queryFn: () => allPages((cursor) => client.images.list({ ...everything, ...at(cursor) })),
    retry: false,
  })
  const volumes = useQuery({
    queryKey: keys.hosts('volumes'),
    queryFn: () => allPages((cursor) => client.volumes.list({ ...everything, ...at(cursor) })),
    retry: false,
  })
  const networks = useQuery({
    queryKey: keys.hosts('networks'),
    queryFn: () => allPages((cursor) => client.networks.list({ ...everything, ...at(cursor) })),
    retry: false,
  })
  const told = useQueries({
    queries: rows.map((target) => ({
      queryKey: keys.engine(target.id),
      queryFn: () => client.engines.info({ target: target.id }),
      enabled: target.kind === 'docker' && target.state === 'connected' && may('targets.read', { targetId: target.id }),
      staleTime: 60_000,
      retry: false,
    })),
  })
  const byTarget = useMemo(
    () => ({
      images: images.data && Map.groupBy(images.data, ({ targetId }) => targetId),
      volumes: volumes.data && Map.groupBy(volumes.data, ({ targetId }) => targetId),
      networks: networks.data && Map.groupBy(networks.data, ({ targetId }) => targetId),
    }),
    [images.data, volumes.data, networks.data],
  )
  return rows.map((target, index) => {
    const { capabilities, id } = target
    const own = byTarget.images?.get(id) ?? []
    const answer = told[index]
    const asked = answer?.fetchStatus !== 'idle'
    return {
      target,
      images:
        byTarget.images && capabilities.includes('images')
          ? { count: own.length, sizeBytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
          : undefined,
      volumes:
        byTarget.volumes && capabilities.includes('volumes') ? (byTarget.volumes.get(id)?.length ?? 0) : undefined,
      networks:
        byTarget.networks && capabilities.includes('networks') ? (byTarget.networks.get(id)?.length ?? 0) : undefined,
      info: answer?.data?.info ?? (asked ? undefined : null),
      lacks: answer?.data?.lacks.map(({ feature }) => feature) ?? (asked ? undefined : null),
    }
  })
}
