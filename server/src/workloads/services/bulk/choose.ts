import { type BulkAct, Failure, type Permission, type Service } from '@wheelhouse/contract'
import { type Caller, callerMay, requirePermission } from '../../../dispatch/index.ts'
import type { BulkRoom, Refusal, Wish } from './room.ts'

const permissionOf = (act: BulkAct): Permission => (act === 'remove' ? 'services.remove' : 'services.operate')

const refusalOf = (error: unknown): Refusal => {
  if (!(error instanceof Failure)) throw error
  return { errorCode: error.code, message: error.message }
}

const wishOf = (service: Service, refused: Refusal | null): Wish => ({
  id: service.id,
  name: service.name,
  targetId: service.targetId,
  targetName: service.targetName,
  refused,
})

/**
 * Finds each that was asked for and asks for the right to it, and the policy where it starts anew, so that one that may not be touched keeps nobody from the others. Those
 * the caller cannot see are "not found". Throws the refusal of the first when nothing is left to do.
 */
export async function choose(
  { registry, judge }: Pick<BulkRoom, 'registry' | 'judge'>,
  caller: Caller,
  act: BulkAct,
  references: readonly string[],
): Promise<Wish[]> {
  const permission = permissionOf(act)
  const wishes = new Map<string, Wish>()
  let first: unknown = null
  for (const reference of references) {
    let service: Service | null = null
    try {
      service = registry.findService(
        reference,
        (place) => callerMay(caller, 'services.read', place) || callerMay(caller, permission, place),
      )
      if (!service)
        throw new Failure('NOT_FOUND', `There is no service "${reference}".`, { kind: 'service', id: reference })
      requirePermission(caller, permission, { targetId: service.targetId, serviceId: service.id })
      if (act === 'start' || act === 'restart') await judge(service, caller)
      wishes.set(service.id, wishOf(service, null))
    } catch (error) {
      first ??= error
      const refused = refusalOf(error)
      const unknown = { id: reference, name: reference, targetId: null, targetName: null, refused }
      wishes.set(service?.id ?? reference, service ? wishOf(service, refused) : unknown)
    }
  }
  const all = [...wishes.values()]
  if (all.every(({ refused }) => refused !== null)) throw first
  return all
}
