import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Widget, WidgetData } from '@wheelhouse/contract'
import { useEffect, useRef } from 'react'
import { client } from '../../../api/client.ts'
import { events } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'

const everyMs = 10_000
const soonMs = 1_500

export const useBoard = (id: string) =>
  useQuery({ queryKey: keys.dashboard(id), queryFn: () => client.dashboards.get({ id }), staleTime: 0 })

/** What the widgets of a kept board show: every ten seconds, and soon after something happened. */
export function useBoardData(id: string, rangeMs: number, enabled: boolean) {
  const asked = useQuery({
    queryKey: keys.boardData(id, rangeMs),
    queryFn: () => {
      const until = Date.now()
      return client.dashboards.data({ id, since: iso(until - rangeMs), until: iso(until) })
    },
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    staleTime: 0,
  })
  const { refetch } = asked
  const newest = useRows(events).at(-1)?.id
  const first = useRef(newest)
  useEffect(() => {
    if (!enabled || newest === first.current) return undefined
    first.current = newest
    const timer = setTimeout(() => void refetch(), soonMs)
    return () => clearTimeout(timer)
  }, [newest, enabled, refetch])
  return asked
}
const iso = (ms: number): string => new Date(ms).toISOString()

/** The same of widgets that are not kept yet. Where one lies says nothing of what it shows. */
export function usePreview(widgets: readonly Widget[], rangeMs: number, enabled: boolean) {
  const specs = widgets.map(({ id, spec }) => ({ id, spec }))
  return useQuery({
    queryKey: keys.boardPreview({ specs, rangeMs }),
    queryFn: () =>
      client.dashboards.preview({
        rangeMs,
        widgets: specs.map(({ id, spec }, index) => ({ id, spec, place: { x: 0, y: index, w: 1, h: 1 } })),
      }),
    enabled: enabled && widgets.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    staleTime: 5_000,
  })
}

export const byId = (data: readonly WidgetData[] | undefined): ReadonlyMap<string, WidgetData> =>
  new Map(data?.map((each) => [each.id, each]))
