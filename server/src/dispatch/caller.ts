import { type Authority, Failure, may, type Permission, type Place } from '@wheelhouse/contract'

/** Who calls, through which face, from where. Made by identity/auth from credentials; `system` by the server itself. */
export interface Caller {
  readonly kind: 'anonymous' | 'user' | 'token' | 'system'
  readonly userId: string | null
  readonly username: string
  readonly sessionId: string | null
  /** Name of the API token in use. */
  readonly tokenName: string | null
  /** Id of the API token in use, so that an open socket can be told when that very token is revoked. */
  readonly tokenId?: string | null
  /** null for an anonymous caller. */
  readonly authority: Authority | null
  readonly face: 'rest' | 'ws' | 'web' | 'cli' | 'system'
  readonly ip: string
  readonly userAgent: string
}

export function callerMay(caller: Caller, permission: Permission, place?: Place): boolean {
  if (caller.kind === 'system') return true
  return caller.authority !== null && may(caller.authority, permission, place)
}

export function requirePermission(caller: Caller, permission: Permission, place?: Place): void {
  if (callerMay(caller, permission, place)) return
  if (caller.authority === null) throw new Failure('UNAUTHENTICATED')
  const where = place?.serviceId ?? place?.targetId
  throw new Failure(
    'FORBIDDEN',
    `You may not do this${where ? ` on ${where}` : ''}: it needs ${permission}. An administrator can allow it.`,
    {
      permission,
      ...place,
    },
  )
}
