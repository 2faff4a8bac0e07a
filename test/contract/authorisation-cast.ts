import type { Client } from '@wheelhouse/client'
import {
  type Authority,
  maySomewhere,
  type Operation,
  type Permission,
  type Place,
  rolePermissions,
} from '@wheelhouse/contract'
import type { TestHouse } from '../fixtures/house.ts'

export const password = 'violet kettle 7 harbour'

/** One who calls: with what rights, and by which token. */
export interface Caller {
  readonly name: string
  readonly authority: Authority | null
  readonly token: string | null
  readonly kind: 'anonymous' | 'user' | 'token'
  readonly client: Client
}

type Grants = Authority['grants']

/** Everyone the matrix asks for. `granted` is the service that a developer was granted, on the target `local`. */
export async function makeCast(house: TestHouse, granted: string): Promise<Caller[]> {
  const signedIn = async (name: string, role: Authority['role'], grants: Grants | null = null): Promise<Caller> => {
    const reach = grants === null ? 'all' : 'granted'
    await house.admin.users.create({ username: name, password, role, reach, grants: [...(grants ?? [])] })
    const { client, token } = await house.signIn(name, password)
    return { name, kind: 'user', authority: { role, reach, grants: grants ?? [], limits: null }, token, client }
  }
  const limited = async (owner: Caller, scope: Permission): Promise<Caller> => {
    const { secret } = await owner.client.tokens.create({ name: scope, scopes: [scope] })
    const authority = { ...owner.authority!, limits: [scope] }
    return {
      name: `${owner.name}, only ${scope}`,
      kind: 'token',
      authority,
      token: secret,
      client: house.client(secret),
    }
  }
  const viewer = await signedIn('viewer', 'viewer')
  const developer = await signedIn('developer', 'developer')
  const admin = await signedIn('second-admin', 'admin')
  const here = await signedIn('viewer-here', 'viewer', [{ on: 'target', id: 'local', role: 'viewer' }])
  const elsewhere = await signedIn('viewer-elsewhere', 'viewer', [{ on: 'target', id: 'elsewhere', role: 'viewer' }])
  const ofOne = await signedIn('developer-of-one', 'viewer', [{ on: 'service', id: granted, role: 'developer' }])
  const nobody = await signedIn('nobody', 'admin', [])
  return [
    { name: 'anonymous', kind: 'anonymous', authority: null, token: null, client: house.client() },
    viewer,
    developer,
    admin,
    here,
    elsewhere,
    ofOne,
    nobody,
    await limited(admin, 'services.read'),
    await limited(admin, 'logs.read'),
    await limited(developer, 'services.operate'),
    await limited(ofOne, 'timeline.read'),
  ]
}

export type Verdict = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'passes'

/** A second reading of the rule, from the words of the contract and not from its code: deny unless role or grant allow it. */
export function holds(
  { role, reach, grants, limits }: Authority,
  permission: Permission,
  place: Place | null,
): boolean {
  if (limits !== null && !limits.includes(permission)) return false
  if (reach === 'all' && rolePermissions[role].has(permission)) return true
  return grants.some((grant) => {
    const there = place === null ? false : grant.id === (grant.on === 'target' ? place.targetId : place.serviceId)
    return there && rolePermissions[grant.role].has(permission)
  })
}

/** Their things belong to no target: a grant on a target or service is not enough. */
const houseWide: ReadonlySet<string> = new Set([
  'certificates',
  'configs',
  'backups',
  'triggers',
  'notifications',
  'alertRules',
  'registries',
])

/** It may go over the releases of all targets; the other acts on releases ask on the targets of each. */
const houseWideActs: ReadonlySet<string> = new Set(['releases.cleanup', 'logHistory.ingest'])

/** What the contract says must come of a call on a place (null: it names none). */
export function expected(operation: Operation, caller: Caller, place: Place | null): Verdict {
  const { permission, scope } = operation
  if (permission === 'public') return 'passes'
  if (caller.authority === null) return 'UNAUTHENTICATED'
  if (permission === 'self') return 'passes'
  if (!maySomewhere(caller.authority, permission)) return 'FORBIDDEN'
  if (houseWide.has(operation.domain) || houseWideActs.has(operation.id))
    return holds(caller.authority, permission, null) ? 'passes' : 'FORBIDDEN'
  if (!scope || place === null) return 'passes'
  if (holds(caller.authority, permission, place)) return 'passes'
  const read = scope.on === 'target' ? 'targets.read' : 'services.read'
  return holds(caller.authority, read, place) ? 'FORBIDDEN' : 'NOT_FOUND'
}
