import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'

const at = (cursor: string | undefined): { cursor?: string; limit: number } => ({
  limit: 1000,
  ...(cursor === undefined ? {} : { cursor }),
})

/** These are asked for again when the Swarm says that something has changed, so none of them asks by the clock. */
export const useSwarms = () =>
  useQuery({
    queryKey: keys.swarms,
    queryFn: ({ signal }) => client.swarm.list({}, { signal }),
    placeholderData: (before) => before,
  })

export const useSwarm = (swarm: string) =>
  useQuery({
    queryKey: keys.swarm(swarm),
    queryFn: ({ signal }) => client.swarm.get({ swarm }, { signal }),
    placeholderData: (before) => before,
  })

export const useNodes = (filter: { readonly swarm?: string; readonly q?: string }, enabled = true) =>
  useQuery({
    queryKey: keys.nodes(filter),
    queryFn: () => allPages((cursor) => client.nodes.list({ ...filter, ...at(cursor) })),
    placeholderData: (before) => before,
    enabled,
  })

export interface TaskFilter {
  readonly swarm?: string
  readonly service?: string
  readonly node?: string
  readonly state?: string
  readonly q?: string
  readonly past?: boolean
}
export const useTasks = (filter: TaskFilter, enabled = true) =>
  useQuery({
    queryKey: keys.tasks(filter),
    queryFn: () => allPages((cursor) => client.tasks.list({ ...filter, ...at(cursor) })),
    placeholderData: (before) => before,
    enabled,
  })
