import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ConfigProblem } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'

type Checked = Parameters<typeof client.configs.validate>[0]

const none: readonly ConfigProblem[] = []

/** Problems of a text as it is typed: asked for a third of a second after the last key, and at once with `now`; nothing before it is `ready`. */
export function useConfigCheck(
  checked: Checked,
  ready = true,
): {
  readonly problems: readonly ConfigProblem[]
  readonly error: unknown
  /** The answer is for what stands there now. */
  readonly settled: boolean
  now(): void
} {
  const key = JSON.stringify(checked)
  const [settled, setSettled] = useState(ready ? key : null)
  useEffect(() => {
    if (!ready) return undefined
    const timer = setTimeout(() => setSettled(key), 350)
    return () => clearTimeout(timer)
  }, [key, ready])
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['config-check', settled],
    queryFn: () => client.configs.validate(JSON.parse(settled ?? key) as Checked),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 10_000,
  })
  return {
    problems: data?.problems ?? none,
    error,
    settled: settled === key && !isPlaceholderData && (data !== undefined || error !== null),
    now: () => setSettled(key),
  }
}
