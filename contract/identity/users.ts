import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, page, Timestamp } from '../page.ts'
import { Password, Username } from './auth.ts'
import { Grant, Reach, Role } from './roles.ts'

export const User = z.object({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  role: Role,
  reach: Reach,
  grants: z.array(Grant),
  disabled: z.boolean(),
  lockedUntil: Timestamp.nullable(),
  lastSeenAt: Timestamp.nullable(),
  createdAt: Timestamp,
})
export type User = z.infer<typeof User>

const editable = {
  displayName: z.string().min(1).max(100).optional(),
  email: z.email().nullable().optional(),
  reach: Reach.optional(),
  grants: z.array(Grant).max(500).optional(),
}

export const users = domain('users', {
  list: call({
    method: 'GET',
    path: '/api/v1/users',
    aliases: ['/api/users'],
    summary: 'List users',
    input: z.strictObject({ ...listQuery, role: Role.optional() }),
    output: page(User),
    permission: 'users.manage',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/users/:id',
    aliases: ['/api/users/:id'],
    summary: 'Show a user, by id or user name',
    input: z.strictObject({ id: Id }),
    output: User,
    permission: 'users.manage',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/users',
    aliases: ['/api/users'],
    summary: 'Create a user',
    input: z.strictObject({ username: Username, password: Password, role: Role, ...editable }),
    output: User,
    permission: 'users.manage',
    danger: 'reversible',
    assistant: false,
    status: 201,
    errors: ['CONFLICT'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/users/:id',
    aliases: ['/api/users/:id'],
    summary: 'Change a user: role, reach, grants, password, disabled, unlock',
    input: z.strictObject({
      id: Id,
      role: Role.optional(),
      ...editable,
      password: Password.optional(),
      disabled: z.boolean().optional(),
      unlock: z.literal(true).optional().describe('lifts a lock-out'),
    }),
    output: User,
    permission: 'users.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/users/:id',
    aliases: ['/api/users/:id'],
    summary: 'Remove a user with all sessions and tokens',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'users.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
})
