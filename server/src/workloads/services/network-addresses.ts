import type { Service } from '@wheelhouse/contract'
import { type Registry, serviceIdOf } from '../../inventory/targets/index.ts'

/** The addresses of services in their networks, as the mirrors of their targets hold them; looked up once a target. */
export function networkAddresses(registry: Registry): (service: Service) => readonly string[] {
  const targets = new Map<string, ReadonlyMap<string, readonly string[]>>()
  const of = (targetId: string): ReadonlyMap<string, readonly string[]> => {
    const found = new Map<string, string[]>()
    for (const { nativeId, ipv4, ipv6 } of registry.mirror(targetId).endpoints) {
      const id = serviceIdOf(targetId, nativeId)
      const known = found.get(id) ?? []
      known.push(...[ipv4, ipv6].filter((address) => address !== null))
      found.set(id, known)
    }
    targets.set(targetId, found)
    return found
  }
  return ({ id, targetId }) => (targets.get(targetId) ?? of(targetId)).get(id) ?? []
}
