import type { Client } from '@wheelhouse/client'
import type { Service } from '@wheelhouse/contract'
import { Complaint, usage } from './failure.ts'
import { allServices } from './resolve.ts'

/** Flags that pick services instead of names. */
export interface Pick {
  target?: string
  stack?: string
  label?: string
  all?: boolean
}

/** How to find what flags picked; null where names stand on the line. Everything there is has to be asked for in so many words. */
export function picked(
  { target, stack, label, all }: Pick,
  names: readonly string[],
): ((client: Client) => Promise<Service[]>) | null {
  if (names.length > 0) {
    if (label !== undefined || all)
      throw usage(`${all ? '--all' : '--label'} stands instead of names. Leave one of the two out.`)
    return null
  }
  if (label === undefined && !all)
    throw usage('Name the services, or pick them with --label or --all, narrowed by --target and --stack.')
  return async (client) => {
    const found = await allServices(client, { target, stack, label })
    if (found.length > 0) return found
    throw new Complaint('notFound', 'NOT_FOUND', 'No service matches. wh get services with the same flags shows none.')
  }
}
