import { useQuery, useQueryClient } from '@tanstack/react-query'
import { maySomewhere } from '@wheelhouse/contract/identity/authority'
import { useEffect } from 'react'
import { client } from './client.ts'
import { keys } from './keys.ts'
import { live } from './live.ts'
import { useMe } from './session.ts'

export type AlertFilter = Parameters<typeof client.alerts.list>[0]

/** Without the live channel, which a token may lack, lists are asked for again now and then. */
const againMs = 30_000

export function useAlerts(filter: NonNullable<AlertFilter>) {
  const me = useMe()
  return useQuery({
    queryKey: keys.alertList(filter),
    queryFn: () => client.alerts.list({ limit: 200, ...filter }),
    refetchInterval: againMs,
    enabled: maySomewhere(me, 'alerts.read'),
  })
}

/** Asks for everything of alerts anew when one fires, is over, or somebody takes it. Once a tab. */
export function useAlertsFeed(): void {
  const cache = useQueryClient()
  const me = useMe()
  const isAllowed = maySomewhere(me, 'timeline.read') && maySomewhere(me, 'alerts.read')
  useEffect(() => {
    if (!isAllowed) return undefined
    const changed = (): void => void cache.invalidateQueries({ queryKey: keys.alerts })
    return live.subscribe(
      'alerts',
      {},
      {
        onEvents: (events) => {
          if (events.some(({ type }) => type.startsWith('alert'))) changed()
        },
        onGap: changed,
        onReady: changed,
      },
    )
  }, [cache, isAllowed])
}
