import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, Timestamp } from '../page.ts'
import { Permission } from './roles.ts'

export const Token = z.object({
  id: Id,
  name: z.string(),
  userId: Id,
  username: z.string(),
  scopes: z.array(Permission).describe('what the token may do at most; never more than its owner'),
  prefix: z.string().describe('the first characters, to recognise it by'),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
})
export type Token = z.infer<typeof Token>

export const tokens = domain('tokens', {
  list: call({
    method: 'GET',
    path: '/api/v1/tokens',
    summary: 'List your API tokens; an administrator may list all',
    input: z.strictObject({ all: z.boolean().optional() }),
    output: z.object({ items: z.array(Token) }),
    permission: 'self',
    danger: 'none',
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/tokens',
    summary: 'Create an API token; it is shown once',
    input: z.strictObject({
      name: z.string().min(1).max(100),
      scopes: z.array(Permission).max(100).optional().describe('all of your own permissions unless told'),
      expiresInDays: z.int().min(1).max(3650).optional().describe('90 unless told'),
    }),
    output: z.object({ token: Token, secret: z.string() }),
    permission: 'self',
    danger: 'reversible',
    assistant: false,
    status: 201,
    secret: ['secret'],
  }),
  revoke: call({
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    summary: 'Revoke an API token',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'self',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND'],
  }),
})
