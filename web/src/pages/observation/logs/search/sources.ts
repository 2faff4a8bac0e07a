import { useQuery } from '@tanstack/react-query'
import type { KeptLine, LogSource } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { allPages } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'

type Named = Pick<LogSource, 'id' | 'name' | 'targetName' | 'serviceId'>

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

/** What an address calls a service: its name where that tells it, else with its target, else its number. */
export function referenceOf(source: Named, all: readonly Named[]): string {
  const isCommaFree = !source.name.includes(',')
  const same = all.filter(({ name }) => name === source.name)
  if (isCommaFree && same.length <= 1) return source.name
  const there = same.filter(({ targetName }) => targetName === source.targetName)
  if (isCommaFree && there.length <= 1 && source.targetName !== null) return `${source.targetName}:${source.name}`
  return source.id
}

/** Whose line it is: also one that was said by a container before the one that is there now. */
export const sourceOf = (line: KeptLine, all: readonly LogSource[]): LogSource | undefined =>
  all.find(
    ({ id, name, stack, targetId }) =>
      id === line.sourceId || (name === line.service && stack === line.stack && targetId === line.targetId),
  )

/** Whether one of the references of an address means it. */
export const isMeant = (source: Named, references: readonly string[]): boolean =>
  references.some(
    (each) =>
      each === source.name ||
      each === source.id ||
      each === source.serviceId ||
      each === `${source.targetName}:${source.name}`,
  )
