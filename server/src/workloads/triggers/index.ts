import type { NewEvent, triggers } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Clock } from '@wheelhouse/platform/schedule'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import type { Audit, Auth } from '../../identity/index.ts'
import { triggerHandlers } from './operations.ts'
import type { TriggerActions, TriggerRoom } from './room.ts'
import { openTriggerStore } from './store.ts'
import { type ManifestSchedule, syncManifest } from './sync-manifest.ts'
import { openTimetable } from './timetable.ts'

export { sealedColumns } from './store.ts'
export { deliveryHolds, deliveryOf } from './signature.ts'
export { readPush } from './push.ts'
export type { FiredBy, TriggerActions } from './room.ts'
export type { ManifestSchedule } from './sync-manifest.ts'

export interface TriggerParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly state: State
  readonly bus: Bus
  readonly log: Log
  readonly auth: Pick<Auth, 'callerFor'>
  readonly audit: Pick<Audit, 'record'>
  readonly actions: TriggerActions
  announce(event: NewEvent): unknown
  /** The machine's unless told. */
  readonly clock?: Clock
}

export interface Triggers {
  readonly handlers: Handlers<typeof triggers>
  /** Replaces the schedules that the manifest of a stack has in an environment; see `sync-manifest.ts` for what it throws. */
  syncManifest(stack: string, environment: string, entries: readonly ManifestSchedule[], by: Caller): Promise<void>
  /** Arms the schedules; what was due while nobody was there is counted and told now. */
  start(): Promise<void>
  close(): void
}

const topic = 'workloads.triggers-changed'

/** Schedules and signed webhooks, which act with the rights their maker has at that moment. */
export function createTriggers(parts: TriggerParts): Triggers {
  const { bus, log, clock } = parts
  const room: TriggerRoom = {
    store: openTriggerStore(parts.database, parts.secrets),
    state: parts.state,
    log,
    auth: parts.auth,
    audit: parts.audit,
    actions: parts.actions,
    now: () => clock?.now() ?? Date.now(),
    announce: parts.announce,
    changed: () => bus.publish(topic, {}),
  }
  const timetable = openTimetable(room, clock)
  let leave: () => void = () => undefined
  return {
    handlers: triggerHandlers(room),
    syncManifest: (stack, environment, entries, by) => syncManifest(room, stack, environment, entries, by),
    async start() {
      leave = bus.subscribe(topic, () => {
        timetable.arm().catch((error: unknown) => log.error({ err: error }, 'schedules were not read'))
      })
      await timetable.arm()
    },
    close() {
      leave()
      timetable.close()
    },
  }
}
