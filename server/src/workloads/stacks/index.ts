import { Failure, type stacks } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'

const landing = async (): Promise<never> => {
  throw new Failure('CAPABILITY_MISSING', 'Stacks have not landed.')
}
export function createStacks(_: Record<string, unknown>): { handlers: Handlers<typeof stacks> } {
  const both = { plan: landing, run: landing }
  return {
    handlers: {
      list: async () => ({ items: [], nextCursor: null, total: 0 }),
      get: landing,
      examples: async () => ({ items: [] }),
      validate: landing,
      plan: landing,
      apply: both,
      remove: both,
    },
  }
}
