import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned, stream, upload } from '../operation.ts'
import { Binary, Bytes, DurationMs, Id, listQuery, page, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

/** An image on one engine, from the mirror. */
export const Image = z.object({
  id: Id.describe('<target id>:<first 12 digits of its id>; a tag may be used where it is unique on the target'),
  imageId: z.string().describe('sha256:…'),
  targetId: Id,
  targetName: z.string(),
  tags: z.array(z.string()),
  digests: z.array(z.string()).describe('name@sha256:… as registries know it'),
  sizeBytes: Bytes,
  createdAt: Timestamp,
  labels: z.record(z.string(), z.string()),
  usedBy: z.array(z.object({ serviceId: Id, name: z.string(), running: z.boolean() })),
  kept: z.string().nullable().describe('why clean-up leaves it, such as: release r3 of shop; null where it may go'),
  newer: z
    .object({
      state: z.enum(['current', 'newer', 'unknown']),
      digest: z.string().nullable(),
      reason: z.string().nullable(),
      checkedAt: Timestamp,
    })
    .nullable()
    .describe('whether its registry has another image under the same tag; null while not asked'),
  observedAt: Timestamp,
  stale: z.boolean(),
})
export type Image = z.infer<typeof Image>

export const ImageLayer = z.object({
  id: z.string().nullable(),
  command: z.string(),
  sizeBytes: Bytes,
  createdAt: Timestamp,
  tags: z.array(z.string()),
})
export type ImageLayer = z.infer<typeof ImageLayer>

const Target = z.string().min(1).max(200).describe('target id or name')
const Reference = z
  .string()
  .min(1)
  .max(400)
  .regex(/^[a-z0-9][\w.:/@-]*$/i, 'use name, name:tag or name@sha256:…')
const onTarget = { scope: { on: 'target', field: 'target' } } as const
const failing = ['NOT_FOUND', 'CAPABILITY_MISSING', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const image = { target: Target, image: z.string().min(1).max(400).describe('id or tag') }

export const images = domain('images', {
  list: call({
    method: 'GET',
    path: '/api/v1/images',
    aliases: ['/api/images'],
    summary: 'List images on all engines',
    input: z.strictObject({
      ...listQuery,
      target: z.string().max(400).optional().describe('one or more target ids or names, comma-separated'),
      use: z.enum(['used', 'unused', 'dangling']).optional(),
      sort: z.enum(['name', 'size', 'created', 'target']).optional(),
    }),
    output: page(Image),
    permission: 'images.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/images/inspect',
    summary: 'Show an image with its layers and settings',
    input: z.strictObject(image),
    output: Image.extend({
      layers: z.array(ImageLayer).describe('newest first'),
      platform: z.string(),
      user: z.string().nullable(),
      command: z.array(z.string()),
      entrypoint: z.array(z.string()),
      workingDirectory: z.string().nullable(),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      environment: z.array(z.object({ name: z.string(), value: z.string(), masked: z.boolean() })),
    }),
    permission: 'images.read',
    ...onTarget,
    danger: 'none',
    errors: [...failing],
  }),
  pull: call({
    method: 'POST',
    path: '/api/v1/images/pull',
    summary: 'Pull an image; answers a job with a step for each layer',
    input: z.strictObject({ target: Target, image: Reference, platform: z.string().max(100).optional() }),
    output: Job,
    permission: 'images.manage',
    ...onTarget,
    danger: 'reversible',
    status: 202,
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  push: call({
    method: 'POST',
    path: '/api/v1/images/push',
    summary: 'Push an image to its registry; answers a job with a step for each layer',
    input: z.strictObject({ target: Target, image: Reference }),
    output: Job,
    permission: 'images.manage',
    ...onTarget,
    danger: 'reversible',
    status: 202,
    errors: [...failing],
  }),
  tag: call({
    method: 'POST',
    path: '/api/v1/images/tag',
    summary: 'Give an image a further name',
    input: z.strictObject({ ...image, tag: Reference }),
    output: Image,
    permission: 'images.manage',
    ...onTarget,
    danger: 'reversible',
    errors: [...failing],
  }),
  build: upload({
    method: 'POST',
    path: '/api/v1/images/build',
    summary: 'Build an image from a tar of its context; answers a job whose log is the build’s',
    input: z.strictObject({
      target: Target,
      tag: Reference,
      dockerfile: z.string().max(400).optional().describe('path in the context; Dockerfile unless told'),
      stage: z.string().max(100).optional(),
      args: z
        .string()
        .max(16_384)
        .optional()
        .describe('NAME=value, one a line; they stay in the image’s history: no secrets'),
      pull: z.boolean().optional(),
      noCache: z.boolean().optional(),
    }),
    output: Job,
    permission: 'images.manage',
    ...onTarget,
    danger: 'reversible',
    status: 202,
    errors: [...failing, 'STORAGE_FULL', 'POLICY_REFUSED'],
  }),
  remove: planned({
    method: 'POST',
    path: '/api/v1/images/remove',
    summary: 'Remove an image or one of its names',
    input: z.strictObject({ ...image, force: z.boolean().optional().describe('also where stopped containers use it') }),
    output: z.object({ untagged: z.array(z.string()), removed: z.array(z.string()), freedBytes: Bytes }),
    permission: 'images.manage',
    ...onTarget,
    danger: 'destructive',
    errors: [...failing, 'STATE_CONFLICT'],
  }),
  prune: planned({
    method: 'POST',
    path: '/api/v1/images/prune',
    summary: 'Remove images nothing uses; never one of a kept release',
    input: z.strictObject({
      target: Target,
      all: z.boolean().optional().describe('also those with a name; only nameless ones unless told'),
      olderThanMs: z.int().min(0).optional(),
      digest: AgreedPlan,
    }),
    output: z.object({ removed: z.array(z.string()), freedBytes: Bytes }),
    permission: 'images.manage',
    ...onTarget,
    danger: 'destructive',
    errors: [...failing, 'PLAN_CHANGED'],
  }),
  save: stream({
    method: 'GET',
    path: '/api/v1/images/save',
    summary: 'Download images as a tar that docker load takes',
    input: z.strictObject({
      target: Target,
      images: z.string().min(1).max(4000).describe('ids or tags, comma-separated'),
    }),
    output: Binary,
    permission: 'images.manage',
    ...onTarget,
    danger: 'none',
    errors: [...failing],
  }),
  load: upload({
    method: 'POST',
    path: '/api/v1/images/load',
    summary: 'Load images from a tar that docker save made',
    input: z.strictObject({ target: Target }),
    output: z.object({ loaded: z.array(z.string()) }),
    permission: 'images.manage',
    ...onTarget,
    danger: 'reversible',
    errors: [...failing, 'STORAGE_FULL', 'POLICY_REFUSED'],
  }),
  copy: call({
    method: 'POST',
    path: '/api/v1/images/copy',
    summary: 'Bring an image from one engine to another; answers a job',
    input: z.strictObject({ ...image, to: Target }),
    output: Job,
    permission: 'images.manage',
    ...onTarget,
    danger: 'reversible',
    status: 202,
    errors: [...failing, 'POLICY_REFUSED'],
  }),
  checkNewer: call({
    method: 'POST',
    path: '/api/v1/images/check-newer',
    summary: 'Ask the registries whether newer images stand under the same tags; answers a job',
    input: z.strictObject({ target: Target.optional(), timeoutMs: DurationMs.optional() }),
    output: Job,
    permission: 'images.read',
    ...onTarget,
    danger: 'none',
    status: 202,
    errors: [...failing],
  }),
})
