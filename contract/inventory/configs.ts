import { z } from 'zod'
import { call, domain, planned, stream } from '../operation.ts'
import { Done, Id, JsonObject, listQuery, Name, page, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

/** One value. That of a secret is null unless it was asked for to be edited. */
export const ConfigValue = z.object({
  key: z.string(),
  value: z.string().nullable(),
  secret: z.boolean(),
  version: z.int().describe('version of the set in which it last changed'),
  help: z.string().nullable().describe('description of the schema'),
})
export type ConfigValue = z.infer<typeof ConfigValue>

export const ConfigProblem = z.object({
  key: z.string(),
  line: z.int().nullable(),
  message: z.string().describe('what is wrong and what is allowed'),
  severity: z.enum(['error', 'warning']),
})
export type ConfigProblem = z.infer<typeof ConfigProblem>

export const ConfigSet = z.object({
  id: Id,
  name: Name,
  environment: z.string().nullable(),
  description: z.string(),
  path: z.string().nullable().describe('the file it is kept in step with, such as /srv/shop/deployment.config.env'),
  version: z.int(),
  keys: z.int(),
  secrets: z.int(),
  problems: z.array(ConfigProblem),
  changedAt: Timestamp,
  changedBy: z.string(),
})
export type ConfigSet = z.infer<typeof ConfigSet>

export const ConfigVersion = z.object({
  version: z.int(),
  at: Timestamp,
  by: z.string(),
  reason: z.string(),
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
})
export type ConfigVersion = z.infer<typeof ConfigVersion>

export const ConfigFormat = z.enum(['env', 'json', 'yaml'])

/** A file before and after, as a unified diff with secrets masked. */
export const FileDiff = z.object({
  path: z.string(),
  app: z.string().nullable(),
  verb: z.enum(['create', 'change', 'keep']),
  diff: z.string(),
})
export type FileDiff = z.infer<typeof FileDiff>

const Key = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'use letters, digits, _, . and -, not starting with a digit')
const Values = z.record(Key, z.string().max(65_536))
const one = z.strictObject({ id: Id.describe('id or name of the set') })
const why = z.string().max(500).optional().describe('why, for the history')

export const configs = domain('configs', {
  list: call({
    method: 'GET',
    path: '/api/v1/configs',
    aliases: ['/api/config', '/api/configs'],
    summary: 'List config sets',
    input: z.strictObject(listQuery),
    output: page(ConfigSet),
    permission: 'configs.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/configs/:id',
    aliases: ['/api/configs/:id'],
    summary: 'Show a config set; secrets are masked',
    input: z.strictObject({ id: Id, version: z.int().min(1).optional() }),
    output: ConfigSet.extend({ values: z.array(ConfigValue), schema: JsonObject.nullable() }),
    permission: 'configs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  reveal: call({
    method: 'POST',
    path: '/api/v1/configs/:id/reveal',
    summary: 'Show the value of one secret; audited',
    input: z.strictObject({ id: Id, key: Key }),
    output: z.object({ key: z.string(), value: z.string() }),
    permission: 'configs.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND'],
    secret: ['value'],
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/configs',
    summary: 'Make a config set',
    input: z.strictObject({
      name: Name,
      environment: Name.optional(),
      description: z.string().max(500).optional(),
      path: z.string().max(4096).optional().describe('absolute path of a file to keep in step with'),
      schema: JsonObject.optional().describe('JSON Schema of the values'),
      values: Values.optional(),
      secrets: z.array(Key).max(1000).optional().describe('keys that are secret beside those whose names say so'),
      reason: why,
    }),
    output: ConfigSet,
    permission: 'configs.manage',
    danger: 'reversible',
    status: 201,
    errors: ['CONFLICT', 'CONFIG_INVALID', 'POLICY_REFUSED'],
    secret: ['values'],
  }),
  save: planned({
    method: 'PUT',
    path: '/api/v1/configs/:id',
    aliases: ['/api/configs/:id'],
    summary: 'Change values of a set; checked against its schema, kept as a new version',
    input: z.strictObject({
      id: Id,
      set: Values.optional().describe('values to add or change'),
      unset: z.array(Key).max(1000).optional(),
      secrets: z.array(Key).max(1000).optional().describe('keys that are secret from now on'),
      schema: JsonObject.nullable().optional(),
      description: z.string().max(500).optional(),
      version: z.int().optional().describe('the version the change was made on; refused when there is a newer one'),
      reason: why,
    }),
    output: ConfigSet,
    permission: 'configs.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'CONFIG_INVALID', 'STATE_CONFLICT'],
    secret: ['set'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/configs/:id',
    summary: 'Remove a config set with its history; the file it was kept in step with stays',
    input: one,
    output: Done,
    permission: 'configs.manage',
    danger: 'destructive',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  validate: call({
    method: 'POST',
    path: '/api/v1/configs/validate',
    summary: 'Check a text against a schema, or against that of a set, with line and key',
    input: z.strictObject({
      text: z.string().max(1_000_000),
      format: ConfigFormat.optional().describe('told from the text unless given'),
      schema: JsonObject.optional(),
      id: Id.optional(),
    }),
    output: z.object({ ok: z.boolean(), keys: z.int(), problems: z.array(ConfigProblem) }),
    permission: 'configs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  history: call({
    method: 'GET',
    path: '/api/v1/configs/:id/versions',
    summary: 'Every version: who, when, why, how much',
    input: z.strictObject({ id: Id, ...listQuery }),
    output: page(ConfigVersion),
    permission: 'configs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  diff: call({
    method: 'GET',
    path: '/api/v1/configs/:id/diff',
    summary: 'What differs between two versions, or between two sets; secrets masked',
    input: z.strictObject({
      id: Id,
      from: z.int().min(1).optional().describe('the version before the newest unless told'),
      to: z.int().min(1).optional().describe('the newest unless told'),
      with: Id.optional().describe('another set, such as that of another environment'),
    }),
    output: z.object({
      before: z.string(),
      after: z.string(),
      diff: z.string().describe('unified'),
      added: z.array(z.string()),
      changed: z.array(z.string()),
      removed: z.array(z.string()),
    }),
    permission: 'configs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  restore: planned({
    method: 'POST',
    path: '/api/v1/configs/:id/restore',
    summary: 'Make an old version the newest',
    input: z.strictObject({ id: Id, version: z.int().min(1), reason: why }),
    output: ConfigSet,
    permission: 'configs.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'CONFIG_INVALID'],
  }),
  import: planned({
    method: 'POST',
    path: '/api/v1/configs/:id/import',
    summary: 'Take values from .env, JSON or YAML text',
    input: z.strictObject({
      id: Id,
      text: z.string().max(1_000_000),
      format: ConfigFormat.optional(),
      replace: z.boolean().optional().describe('keys that are not in the text go; they stay unless told'),
      version: z.int().optional().describe('the version the text was made of; refused when there is a newer one'),
      reason: why,
    }),
    output: ConfigSet,
    permission: 'configs.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'CONFIG_INVALID', 'STATE_CONFLICT'],
    secret: ['text'],
  }),
  export: stream({
    method: 'POST',
    path: '/api/v1/configs/:id/export',
    summary: 'The values as .env, JSON or YAML; secrets only when asked for',
    input: z.strictObject({ id: Id, format: ConfigFormat.optional(), secrets: z.boolean().optional() }),
    output: z.string(),
    permission: 'configs.read',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND', 'FORBIDDEN'],
  }),
  templates: call({
    method: 'GET',
    path: '/api/v1/configs/templates',
    summary: 'Templates of configs that come with Wheelhouse: schema and first values',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          description: z.string(),
          schema: JsonObject,
          values: z.record(z.string(), z.string()),
        }),
      ),
    }),
    permission: 'configs.read',
    danger: 'none',
  }),
  sync: planned({
    method: 'POST',
    path: '/api/v1/configs/sync',
    aliases: ['/api/config/sync'],
    summary: 'Render the templates of a manifest from its config into every app; old files are backed up',
    input: z.strictObject({
      directory: z.string().max(4096).describe('folder that holds the manifest'),
      manifest: z.string().max(300).optional(),
      environment: Name.optional(),
      apps: z.array(z.string().max(63)).max(100).optional(),
      digest: AgreedPlan,
    }),
    output: z.object({ files: z.array(FileDiff), set: z.string(), version: z.int(), backedUp: z.array(z.string()) }),
    permission: 'configs.manage',
    danger: 'reversible',
    errors: ['STACK_INVALID', 'CONFIG_INVALID', 'NOT_FOUND', 'POLICY_REFUSED', 'PLAN_CHANGED', 'STORAGE_FULL'],
  }),
  preview: call({
    method: 'POST',
    path: '/api/v1/configs/preview',
    summary: 'The same as a plan with the diff of every file; secrets masked',
    input: z.strictObject({
      directory: z.string().max(4096),
      manifest: z.string().max(300).optional(),
      environment: Name.optional(),
      apps: z.array(z.string().max(63)).max(100).optional(),
    }),
    output: z.object({
      files: z.array(FileDiff),
      problems: z.array(ConfigProblem),
      digest: z.string(),
    }),
    permission: 'configs.read',
    danger: 'none',
    errors: ['STACK_INVALID', 'NOT_FOUND', 'POLICY_REFUSED'],
  }),
})
