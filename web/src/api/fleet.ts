import type { Event, Service, SystemFrame, Target } from '@wheelhouse/contract'
import { useSyncExternalStore } from 'react'
import { client } from './client.ts'
import { applyFrame } from './frames.ts'
import { live } from './live.ts'
import { heardResources, missedResources } from './resources.ts'
import { RowStore } from './row-store.ts'

export const services = new RowStore<Service>()
export const targets = new RowStore<Target>()
export const events = new RowStore<Event>()
/** `loading` until the first list is there; `failed` with the reason when it could not be had. */
interface FleetState {
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly error: unknown
}
let state: FleetState = { phase: 'loading', error: null }
const listeners = new Set<() => void>()
const enter = (next: FleetState): void => {
  state = next
  for (const listener of listeners) listener()
}

/** Every page of a list. */
export async function allPages<T>(
  load: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | undefined
  do {
    const page = await load(cursor)
    rows.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

const at = (cursor: string | undefined): { cursor?: string } => (cursor === undefined ? {} : { cursor })

let loading = false
let again = false
let waiting: SystemFrame[] = []

/** Loads all rows. What is pushed meanwhile is applied after it, so nothing newer is lost. */
async function load(): Promise<void> {
  if (loading) {
    again = true
    return
  }
  loading = true
  try {
    const [serviceRows, targetRows, eventRows] = await Promise.all([
      allPages((cursor) => client.services.list({ limit: 1000, tasks: true, ...at(cursor) })),
      allPages((cursor) => client.targets.list({ limit: 1000, ...at(cursor) })),
      client.timeline.list({ limit: 100 }).then(
        (page) => page.items,
        () => [],
      ),
    ])
    services.reset(serviceRows)
    targets.reset(targetRows)
    events.reset(eventRows.toReversed())
    enter({ phase: 'ready', error: null })
  } catch (error) {
    if (state.phase !== 'ready') enter({ phase: 'failed', error })
  } finally {
    loading = false
    for (const frame of waiting) applyFrame(frame, { services, targets, events })
    waiting = []
    if (again) {
      again = false
      void load()
    }
  }
}

/** Keeps the fleet in memory for as long as someone is signed in. */
export function followFleet(): () => void {
  enter({ phase: 'loading', error: null })
  void load()
  let first = true
  const stop = live.subscribe(
    'system',
    {},
    {
      onEvents: (frames) => {
        if (loading) waiting.push(...frames)
        else for (const frame of frames) applyFrame(frame, { services, targets, events })
        for (const frame of frames) if (frame.kind === 'resources') heardResources(frame)
      },
      onGap: () => {
        void load()
        missedResources()
      },
      onReady: (resumed) => {
        // The first subscription may be later than the first list: what happened between the two is in neither.
        if (first || !resumed) void load()
        if (!first && !resumed) missedResources()
        first = false
      },
    },
  )
  return () => {
    stop()
    services.reset([])
    targets.reset([])
    events.reset([])
  }
}

export const reloadFleet = (): void => void load()

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useFleetState = (): FleetState => useSyncExternalStore(subscribe, () => state)
