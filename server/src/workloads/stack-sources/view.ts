import type { StackSource } from '@wheelhouse/contract'
import type { SourceRecord } from './store.ts'

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
export const hookPath = (hookId: string): string => `/api/v1/stack-hooks/${hookId}`

/** A source as every face sees it: without secrets. */
export function shownSource(record: SourceRecord, targetName: string): StackSource {
  const {
    hidden,
    hookId,
    createdAt,
    lastSyncAt,
    nextPollAt,
    ownerId: _,
    ownerToken: __,
    triedCommit: ___,
    ...rest
  } = record
  const credential = hidden.token !== undefined ? 'token' : hidden.privateKey !== undefined ? 'key' : 'none'
  return {
    ...rest,
    targetName,
    credential,
    username: hidden.username ?? null,
    variables: Object.keys(hidden.variables ?? {}).toSorted(),
    hookPath: hookId === null ? null : hookPath(hookId),
    lastSyncAt: iso(lastSyncAt),
    nextPollAt: iso(nextPollAt),
    createdAt: new Date(createdAt).toISOString(),
  }
}
