import { z } from 'zod'

export const StackFormat = z.enum(['wheelhouse', 'compose'])
export type StackFormat = z.infer<typeof StackFormat>
