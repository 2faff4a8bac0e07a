import type { BulkAct, BulkResult, Service } from '@wheelhouse/contract'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { AuditTrail, Caller } from '../../../dispatch/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { ActOptions } from '../act.ts'

/** What starts anew is judged anew: throws POLICY_REFUSED where the policy forbids what a service asks of its hosts. */
export type Judge = (service: Service, caller: Caller) => Promise<unknown>

export interface BulkRoom {
  readonly registry: Registry
  readonly jobs: Jobs
  readonly audit: Pick<AuditTrail, 'record'>
  readonly log: Log
  readonly judge: Judge
}

export type Outcome = BulkResult['services'][number]
export interface Refusal {
  readonly errorCode: string
  readonly message: string
}

/** One that was asked for; `refused` where nothing will be done with it. */
export interface Wish {
  /** As it was asked for where there is no such service. */
  readonly id: string
  readonly name: string
  readonly targetId: string | null
  readonly targetName: string | null
  readonly refused: Refusal | null
}

/** What the job is made of: it may run in another process than the one that was asked. */
export interface BulkData extends Record<string, unknown> {
  readonly act: BulkAct
  readonly options: ActOptions
  readonly wishes: readonly Wish[]
  /** The one target it is about, for who may see the job; absent with several. */
  readonly targetId?: string
  /** Who asked may follow the job wherever its services are. */
  readonly requesterId: string | null
  /** For the audit: what is done here was asked for by this call. */
  readonly asked: { readonly caller: Omit<Caller, 'authority'>; readonly requestId: string }
}
