import { z } from 'zod'
import { call, domain, planned } from '../operation.ts'
import { Bytes, Id, listQuery, Name, page, Timestamp } from '../page.ts'

/** What one app of a release is: a folder by the hash of its content, or an image by its digest. */
export const Artefact = z.object({
  app: z.string(),
  builder: z.string(),
  kind: z.enum(['directory', 'image']),
  digest: z.string().describe('sha256 of the folder, or the id of the image'),
  sizeBytes: Bytes,
  reused: z.boolean().describe('the source was as before, so nothing was built'),
})
export type Artefact = z.infer<typeof Artefact>

export const Release = z.object({
  id: Id,
  number: z.int(),
  stack: z.string(),
  environment: z.string(),
  state: z
    .enum(['candidate', 'serving', 'good', 'bad'])
    .describe('candidate: being brought. serving: now. good: served before. bad: did not pass its checks'),
  pinned: z.boolean().describe('kept until it is unpinned'),
  artefacts: z.array(Artefact),
  services: z.array(z.object({ name: z.string(), image: z.string().nullable(), digest: z.string() })),
  config: z.object({ set: z.string(), version: z.int() }).nullable(),
  secrets: z.array(z.object({ name: z.string(), version: z.int() })).describe('by reference, never their values'),
  template: z.string().nullable().describe('name and version of the template it was made from'),
  source: z.object({
    directory: z.string().nullable(),
    revision: z.string().nullable().describe('commit of the folder, where it is under git'),
    dirty: z.boolean().describe('the folder differed from that commit'),
    message: z.string().nullable(),
  }),
  migrated: z.boolean(),
  backupId: Id.nullable().describe('backup that was made before it replaced the one before'),
  sizeBytes: Bytes,
  promotedFrom: z.object({ environment: z.string(), number: z.int() }).nullable(),
  deploymentId: Id.nullable(),
  createdAt: Timestamp,
  createdBy: z.string(),
})
export type Release = z.infer<typeof Release>

/** One line of a comparison; values that are secret are never there, only that they differ. */
export const Difference = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  what: z.string().describe('such as services.web.image'),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type Difference = z.infer<typeof Difference>

const one = z.strictObject({ id: Id })

export const releases = domain('releases', {
  list: call({
    method: 'GET',
    path: '/api/v1/releases',
    aliases: ['/api/releases'],
    summary: 'List kept releases, newest first',
    input: z.strictObject({
      ...listQuery,
      stack: z.string().max(100).optional(),
      environment: z.string().max(63).optional(),
    }),
    output: page(Release),
    permission: 'deployments.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/releases/:id',
    summary: 'Show a release',
    input: one,
    output: Release,
    permission: 'deployments.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  compare: call({
    method: 'GET',
    path: '/api/v1/releases/:id/compare/:with',
    summary: 'What differs between two releases: artefacts, services, config; secrets only by that they differ',
    input: z.strictObject({ id: Id, with: Id }),
    output: z.object({ before: Release, after: Release, differences: z.array(Difference) }),
    permission: 'deployments.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  pin: call({
    method: 'POST',
    path: '/api/v1/releases/:id/pin',
    summary: 'Keep a release, or let it go with the others again',
    input: z.strictObject({ id: Id, pinned: z.boolean() }),
    output: Release,
    permission: 'deployments.run',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  cleanup: planned({
    method: 'POST',
    path: '/api/v1/releases/cleanup',
    summary:
      'Remove old releases and their artefacts and images; never one that serves, is pinned or is among the last good ones',
    input: z.strictObject({
      stack: z.string().max(100).optional(),
      environment: Name.optional(),
      keep: z.int().min(1).max(1000).optional().describe('good ones to keep; as the manifest says, else 5'),
    }),
    output: z.object({ removed: z.int(), freedBytes: Bytes }),
    permission: 'deployments.run',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
})
