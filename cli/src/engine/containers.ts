import type { Client } from '@wheelhouse/client'
import type { Service } from '@wheelhouse/contract'
import { Complaint } from '../failure.ts'
import { findService } from '../resolve.ts'
import type { OnTarget } from './names.ts'

/** A container by any name a service goes by. */
export async function findContainer(client: Client, name: string, { target }: OnTarget = {}): Promise<Service> {
  const service = await findService(client, name, target === undefined ? {} : { target })
  if (service.kind === 'container') return service
  throw new Complaint(
    'failed',
    'CAPABILITY_MISSING',
    `${service.name} is no container: it is a ${service.kind} on ${service.targetName}.`,
  )
}
