import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'

/** What may be part of an IP address: rows do not hold those, the server does. */
const addressLike = /^[0-9a-f]{0,4}(?:\.\d|:[0-9a-f])[0-9a-f.:]*$|^\d{1,3}\.$/i

const none: ReadonlySet<string> = new Set()

/** Services of all targets whose address in a network holds what was typed. */
export function useFoundByAddress(typed: string): ReadonlySet<string> {
  const text = typed.trim()
  const asks = text.length >= 3 && addressLike.test(text)
  const answer = useQuery({
    queryKey: keys.found(text),
    queryFn: () => client.services.list({ q: text, limit: 1000, fields: 'id' }),
    enabled: asks,
    staleTime: 2_000,
  })
  const ids = answer.data?.items
  return useMemo(() => (asks && ids ? new Set(ids.map(({ id }) => id)) : none), [asks, ids])
}
