import { entryOf, type Mapping, textOf } from '../tree/node.ts'

/** Profiles that are active, by the variable that names them. */
export const activeProfiles = (variables: Readonly<Record<string, string>>): ReadonlySet<string> =>
  new Set((variables.COMPOSE_PROFILES ?? '').split(',').map((name) => name.trim()))

export const isActive = (profiles: readonly string[], active: ReadonlySet<string>): boolean =>
  profiles.length === 0 || active.has('*') || profiles.some((profile) => active.has(profile))

/** Profiles that a service names. */
export function profilesOf(service: Mapping): string[] {
  const own = entryOf(service, 'profiles')
  return own?.kind === 'list' ? own.items.flatMap((item) => textOf(item) ?? []) : []
}
