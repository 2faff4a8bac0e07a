import { Problem } from '@wheelhouse/client'
import { QueryClient } from '@tanstack/react-query'

const passing = new Set(['NO_CONNECTION', 'TARGET_UNREACHABLE', 'SHUTTING_DOWN', 'TIMED_OUT', 'RATE_LIMITED'])

/** What went wrong for a moment is tried again; what the server refused is not. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && error instanceof Problem && passing.has(error.code),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { retry: false },
  },
})
