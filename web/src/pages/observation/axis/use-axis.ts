import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import type { AxisSubject } from '../../../paths.ts'
import type { Range } from './range.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const ofServices = 'cpu.percent,memory.bytes,network.in,network.out,requests'
const ofTargets = 'target.cpu-percent,target.memory-bytes'
const points = 240
const kept = { placeholderData: keepPreviousData, retry: false, staleTime: 10_000 } as const

/** Everything that the lanes show; what moves on with time is asked for again with the range. */
export function useAxis(subject: AxisSubject, { from, to }: Range) {
  const stretch = { ...subject, since: iso(from), until: iso(to) }
  const isTarget = subject.target !== undefined && subject.stack === undefined && subject.service === undefined
  const stepMs = Math.max(10_000, Math.ceil((to - from) / points / 10_000) * 10_000)
  const metric = isTarget ? ofTargets : ofServices
  const group = isTarget ? undefined : ('all' as const)
  const readings = { ...stretch, metric, stepMs, ...(group === undefined ? {} : { group }) }
  const lines = { ...stretch, buckets: 120 }
  return {
    marks: useQuery({ ...kept, queryKey: keys.axis(stretch), queryFn: () => client.timeline.axis(stretch) }),
    readings: useQuery({
      ...kept,
      queryKey: keys.axisReadings(readings),
      queryFn: () => client.metrics.query(readings),
    }),
    levels: useQuery({
      ...kept,
      queryKey: keys.logHistogram(lines),
      queryFn: () => client.logHistory.histogram(lines),
    }),
  }
}

/** Lines around a moment, oldest first; asked for once it rests. */
export function useLinesAt(subject: AxisSubject, at: number | null) {
  const settled = useSettled(at, 250)
  const filter = { ...subject, at: settled }
  return useQuery({
    ...kept,
    enabled: settled !== null,
    queryKey: keys.axisLines(filter),
    queryFn: async () => {
      const moment = iso(settled ?? 0)
      const [before, after] = await Promise.all([
        client.logHistory.search({ ...subject, until: moment, order: 'newest', limit: 14 }),
        client.logHistory.search({ ...subject, since: iso((settled ?? 0) + 1), order: 'oldest', limit: 8 }),
      ])
      return [...before.items.toReversed(), ...after.items]
    },
  })
}

function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
