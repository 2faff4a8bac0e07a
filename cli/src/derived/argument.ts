import type { Client } from '@wheelhouse/client'
import { findService, findStack, targetNames, userNames, withNearest } from '../resolve.ts'
import type { Named } from './model.ts'

/** The first argument of a derived command as an id the API takes. */
export async function resolveArgument(client: Client, on: Named | undefined, name: string): Promise<string> {
  if (on === 'service') return (await findService(client, name)).id
  if (on === 'stack') return (await findStack(client, name)).id
  if (on === 'target')
    return (
      await withNearest(
        on,
        name,
        () => targetNames(client),
        () => client.targets.get({ id: name }),
      )
    ).id
  if (on === 'user')
    return (
      await withNearest(
        on,
        name,
        () => userNames(client),
        () => client.users.get({ id: name }),
      )
    ).id
  if (on === undefined) return name
  const { findNamed } = await import('../delivery/names.ts')
  return (await findNamed(client, on, name)).id
}
