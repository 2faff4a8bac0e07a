import type { client } from '../../../api/client.ts'

/** A set with its values, as its page has it. */
export type WholeConfig = Awaited<ReturnType<typeof client.configs.get>>
