import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { StackProblem } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { client } from '../../../../api/client.ts'

type File = Parameters<typeof client.stacks.validate>[0]

interface Validation {
  readonly problems: readonly StackProblem[]
  readonly services: readonly string[]
  readonly format: 'wheelhouse' | 'compose' | null
  readonly name: string | null
  readonly error: unknown
}

const none: readonly StackProblem[] = []

/** Checks the file half a second after the last key. */
export function useValidation(file: File): Validation {
  const [settled, setSettled] = useState(file)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(file), 500)
    return () => clearTimeout(timer)
  }, [file])
  const { data, error } = useQuery({
    queryKey: ['stacks', 'validate', settled],
    queryFn: () => client.stacks.validate(settled),
    enabled: settled.source.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 10_000,
  })
  return {
    problems: data?.problems ?? none,
    services: data?.services ?? [],
    format: data?.format ?? null,
    name: data?.name ?? null,
    error,
  }
}
