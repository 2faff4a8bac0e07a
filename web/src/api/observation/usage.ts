import type { Sample } from '@wheelhouse/contract'
import { useEffect, useSyncExternalStore } from 'react'
import { client } from '../client.ts'
import { services } from '../fleet.ts'
import { live } from '../live.ts'

export interface Usage {
  readonly latest: Sample | null
  readonly cpu: readonly (number | null)[]
  readonly memory: readonly (number | null)[]
}

const points = 60
const known = new Map<string, Usage>()
/** When the history of a row was asked for last, so that one without any is not asked for each second. */
const asked = new Map<string, number>()
const listeners = new Map<string, Set<() => void>>()
let users = 0
let stop: (() => void) | undefined
let poll: ReturnType<typeof setInterval> | undefined

const tell = (id: string): void => {
  for (const listener of listeners.get(id) ?? []) listener()
}

function push(id: string, sample: Sample): void {
  const old = known.get(id)
  known.set(id, {
    latest: sample,
    cpu: [...(old?.cpu ?? []), sample.cpuPercent].slice(-points),
    memory: [...(old?.memory ?? []), sample.memoryBytes].slice(-points),
  })
  tell(id)
}

/** History of the rows on screen, for sparklines; a failure leaves them without one. */
async function loadHistory(ids: readonly string[]): Promise<void> {
  const now = Date.now()
  const missing = ids.filter((id) => !known.has(id) && now - (asked.get(id) ?? 0) > 30_000)
  if (missing.length === 0 || live.state !== 'live') return
  for (const id of missing.slice(0, 200)) asked.set(id, now)
  const { items } = await client.metrics.latest({ ids: missing.slice(0, 200).join(',') }).catch(() => ({ items: [] }))
  for (const item of items) {
    const latest = services.get(item.serviceId)?.usage ?? null
    const old = known.get(item.serviceId)
    known.set(item.serviceId, {
      latest: old?.latest ?? latest,
      cpu: [...item.cpuPercent, ...(old?.cpu ?? [])].slice(-points),
      memory: [...item.memoryBytes, ...(old?.memory ?? [])].slice(-points),
    })
    tell(item.serviceId)
  }
}

/** Readings of all services while a list that shows them is open. */
export function useUsageFeed(): void {
  useEffect(() => {
    users++
    if (users === 1) {
      stop = live.subscribe(
        'metrics',
        {},
        {
          onEvents: (frames) => {
            for (const frame of frames) if (frame.serviceId !== null) push(frame.serviceId, frame.sample)
          },
          onReady: () => undefined,
        },
      )
      const ask = (): void => {
        const wanted = [...listeners].filter(([, set]) => set.size > 0).map(([id]) => id)
        void loadHistory(wanted)
      }
      poll = setInterval(ask, 1000)
    }
    return () => {
      users--
      if (users > 0) return
      stop?.()
      clearInterval(poll)
      known.clear()
      asked.clear()
    }
  }, [])
}

const none: Usage = { latest: null, cpu: [], memory: [] }

export function useUsage(id: string): Usage {
  return useSyncExternalStore(
    (listener) => {
      const set = listeners.get(id) ?? new Set()
      set.add(listener)
      listeners.set(id, set)
      return () => {
        set.delete(listener)
        if (set.size === 0) listeners.delete(id)
      }
    },
    () => known.get(id) ?? none,
  )
}

export const latestOf = (id: string): Sample | null => known.get(id)?.latest ?? null
