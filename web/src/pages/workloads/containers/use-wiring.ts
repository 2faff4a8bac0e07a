import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { type Wiring, wiringOf } from './wiring.ts'

/** What a container is bound to; null for what is none, and until its engine has answered. */
export function useWiring(service: Service): Wiring | null {
  const asked = useQuery({
    queryKey: [...keys.inspect(service.id), service.changedAt],
    queryFn: () => client.services.inspect({ id: service.id }),
    enabled: service.kind === 'container' && !service.stale,
    retry: false,
  })
  return asked.data ? wiringOf(asked.data.native) : null
}
