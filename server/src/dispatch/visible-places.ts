import type { Permission } from '@wheelhouse/contract'
import { type Caller, callerMay } from './caller.ts'

/** The places where a caller of limited reach holds a permission, for queries; null when he holds it everywhere. */
export function visiblePlaces(
  caller: Caller,
  permission: Permission,
): { targetIds: string[]; serviceIds: string[] } | null {
  if (callerMay(caller, permission)) return null
  const holds = (caller.authority?.grants ?? []).filter((grant) =>
    callerMay(caller, permission, grant.on === 'target' ? { targetId: grant.id } : { serviceId: grant.id }),
  )
  const ids = (on: 'target' | 'service'): string[] => holds.filter((grant) => grant.on === on).map((grant) => grant.id)
  return { targetIds: ids('target'), serviceIds: ids('service') }
}
