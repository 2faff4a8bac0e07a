import { useRouter, useRouterState } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Search parameters as plain strings; an empty value is not written. */
export function withParams(search: string, changes: Record<string, string | null>): string {
  const params = new URLSearchParams(search)
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(key)
    else params.set(key, value)
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** One piece of state that lives in the URL, so that a link shows what its sender saw. */
export function useParam(key: string, fallback = ''): [string, (value: string) => void] {
  const search = useRouterState({ select: (state) => state.location.searchStr })
  const value = new URLSearchParams(search).get(key) ?? fallback
  const set = useSetParams()
  return [value, useCallback((next: string) => set({ [key]: next === fallback ? null : next }), [set, key, fallback])]
}

export function useSetParams(): (changes: Record<string, string | null>) => void {
  const router = useRouter()
  return useCallback(
    (changes) => {
      const { pathname, search, hash } = window.location
      router.history.replace(pathname + withParams(search, changes) + hash)
    },
    [router],
  )
}
