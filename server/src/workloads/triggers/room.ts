import type { NewEvent, TriggerAction } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { State } from '@wheelhouse/platform/state'
import type { Caller } from '../../dispatch/index.ts'
import type { Audit, Auth } from '../../identity/index.ts'
import type { TriggerStore } from './store.ts'

type Action<D extends TriggerAction['do']> = Extract<TriggerAction, { do: D }>

/** What set it going, for the history of what it starts. */
export interface FiredBy {
  readonly kind: 'schedule' | 'webhook' | 'person'
  /** Name of the trigger. */
  readonly name: string
}

/** What triggers can start. Each answers as soon as it is under way; what it refuses is a Failure. */
export interface TriggerActions {
  deploy(
    action: Action<'deploy'>,
    caller: Caller,
    reason: string,
    by: FiredBy,
  ): Promise<{ readonly deploymentId: string }>
  backup(action: Action<'backup'>, caller: Caller): Promise<{ readonly jobId: string }>
  drill(action: Action<'drill'>, caller: Caller): Promise<{ readonly jobId: string }>
}

/** What the verbs of this domain share. */
export interface TriggerRoom {
  readonly store: TriggerStore
  readonly state: State
  readonly log: Log
  readonly auth: Pick<Auth, 'callerFor'>
  readonly audit: Pick<Audit, 'record'>
  readonly actions: TriggerActions
  /** Epoch ms. */
  now(): number
  announce(event: NewEvent): unknown
  /** Schedules were changed: every instance looks again. */
  changed(): void
}
