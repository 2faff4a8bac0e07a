import { Failure, type Permission } from '@wheelhouse/contract'
import { ownersPrefix } from '@wheelhouse/driver'
import { type Caller, callerMay } from '../../dispatch/index.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Labels that say who owns what are not set by hand: one would pass a workload off as another stack's. What is replaced keeps those it
 * has. Throws VALIDATION_FAILED with the field.
 */
export function requireOwnLabels(labels: Labels, before: Labels, field: string): void {
  for (const [name, value] of Object.entries(labels)) {
    const prefix = ownersPrefix(name)
    if (prefix === null || before[name] === value) continue
    const message = `the label ${name.slice(0, 200)} is reserved: names that start with ${prefix} mark owners. Leave it out`
    throw new Failure('VALIDATION_FAILED', `${field}: ${message}.`, { fields: [{ field, message }] })
  }
}

/**
 * Whoever may change one service alone changes it within what it has: volumes, networks and secrets that belong to others on the
 * same target are not reached through it. `asked` and `had` name such things, as in `the volume data`. Throws FORBIDDEN.
 */
export function requireOwnThings(
  caller: Caller,
  permission: Permission,
  targetId: string,
  asked: readonly string[],
  had: readonly string[],
): void {
  if (callerMay(caller, permission, { targetId })) return
  const more = asked.find((thing) => !had.includes(thing))
  if (more === undefined) return
  throw new Failure(
    'FORBIDDEN',
    `You may change this service, but not let it have ${more.slice(0, 300)}: that needs ${permission} on ${targetId}. An administrator can allow it.`,
    { permission, targetId },
  )
}
