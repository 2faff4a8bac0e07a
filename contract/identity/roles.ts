import { z } from 'zod'
import { permissions, roles } from './authority.ts'

export const Permission = z.enum(permissions)
export type Permission = z.infer<typeof Permission>
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** A role on one target or one service; `id` is the target's or service's id. */
export const Grant = z.strictObject({
  on: z.enum(['target', 'service']),
  id: z.string().min(1).max(200),
  role: z.enum(['developer', 'viewer']),
})
export type Grant = z.infer<typeof Grant>

/** `all`: the role holds everywhere. `granted`: it holds nowhere but where a grant says so. */
export const Reach = z.enum(['all', 'granted'])
export type Reach = z.infer<typeof Reach>
