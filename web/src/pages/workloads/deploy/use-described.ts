import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import type { SourceInput } from './order.ts'

/** What the manifest holds, asked half a second after the last change. */
export function useDescribed(source: SourceInput | null) {
  const text = JSON.stringify(source)
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settled === 'null' ? 0 : 500)
    return () => clearTimeout(timer)
  }, [text])
  const asked = JSON.parse(settled) as SourceInput | null
  const answer = useQuery({
    queryKey: keys.describe(asked),
    queryFn: () => client.deployments.describe(asked ?? {}),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 10_000,
  })
  return { ...answer, settled: settled === text && !answer.isFetching }
}
