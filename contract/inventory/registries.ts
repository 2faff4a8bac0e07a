import { z } from 'zod'
import { call, domain, planned } from '../operation.ts'
import { Bytes, Done, Id, listQuery, page, Timestamp } from '../page.ts'

/** A registry of images with how to sign in. The password is sealed and never answered. */
export const Registry = z.object({
  id: Id,
  name: z.string(),
  address: z.string().describe('host[:port], as it stands at the front of image names; docker.io for the public one'),
  username: z.string().nullable(),
  hasPassword: z.boolean(),
  insecure: z
    .boolean()
    .describe('plain HTTP or an unknown certificate is accepted by us; engines have a setting of their own'),
  state: z.enum(['unknown', 'ok', 'refused', 'unreachable']),
  reason: z.string().nullable(),
  checkedAt: Timestamp.nullable(),
  createdAt: Timestamp,
})
export type Registry = z.infer<typeof Registry>

export const RegistryTag = z.object({
  tag: z.string(),
  digest: z.string().nullable(),
  sizeBytes: Bytes.nullable(),
  platforms: z.array(z.string()),
  createdAt: Timestamp.nullable(),
})
export type RegistryTag = z.infer<typeof RegistryTag>

const Address = z
  .string()
  .max(300)
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$/i, 'use host or host:port, without https://')
const failing = ['NOT_FOUND', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const one = z.strictObject({ id: Id })
const Repository = z.string().min(1).max(300)

export const registries = domain('registries', {
  list: call({
    method: 'GET',
    path: '/api/v1/registries',
    summary: 'List registries',
    input: z.strictObject(listQuery),
    output: page(Registry),
    permission: 'registries.read',
    danger: 'none',
  }),
  add: call({
    method: 'POST',
    path: '/api/v1/registries',
    summary: 'Add a registry; its sign-in is tried first',
    input: z.strictObject({
      name: z.string().min(1).max(63),
      address: Address,
      username: z.string().max(200).optional(),
      password: z.string().max(8192).optional(),
      insecure: z.boolean().optional(),
    }),
    output: Registry,
    permission: 'registries.manage',
    danger: 'reversible',
    status: 201,
    assistant: false,
    errors: ['CONFLICT', 'TARGET_UNREACHABLE', 'TARGET_REFUSED'],
    secret: ['password'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/registries/:id',
    summary: 'Change a registry',
    input: z.strictObject({
      id: Id,
      name: z.string().min(1).max(63).optional(),
      username: z.string().max(200).nullable().optional(),
      password: z.string().max(8192).nullable().optional(),
      insecure: z.boolean().optional(),
    }),
    output: Registry,
    permission: 'registries.manage',
    danger: 'reversible',
    assistant: false,
    errors: [...failing, 'CONFLICT'],
    secret: ['password'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/registries/:id',
    summary: 'Forget a registry and its password',
    input: one,
    output: Done,
    permission: 'registries.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND'],
  }),
  check: call({
    method: 'POST',
    path: '/api/v1/registries/:id/check',
    summary: 'Try to sign in to a registry',
    input: one,
    output: Registry,
    permission: 'registries.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  repositories: call({
    method: 'GET',
    path: '/api/v1/registries/:id/repositories',
    summary: 'Repositories of a registry, where it lists them',
    input: z.strictObject({ id: Id, ...listQuery }),
    output: page(z.object({ name: z.string() })),
    permission: 'registries.read',
    danger: 'none',
    errors: [...failing, 'CAPABILITY_MISSING'],
  }),
  tags: call({
    method: 'GET',
    path: '/api/v1/registries/:id/tags',
    summary: 'Tags of a repository, with digest and platforms',
    input: z.strictObject({ id: Id, repository: Repository, ...listQuery }),
    output: page(RegistryTag),
    permission: 'registries.read',
    danger: 'none',
    errors: [...failing],
  }),
  removeTag: planned({
    method: 'DELETE',
    path: '/api/v1/registries/:id/tags',
    summary: 'Delete a tag’s image from a registry, with every tag of the same image',
    input: z.strictObject({ id: Id, repository: Repository, tag: z.string().min(1).max(200) }),
    output: Done,
    permission: 'registries.manage',
    danger: 'destructive',
    errors: [...failing, 'CAPABILITY_MISSING'],
  }),
})
