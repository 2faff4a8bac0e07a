import { z } from 'zod'
import { call, domain, planned } from '../operation.ts'
import { Bytes, Done, Id, listQuery, page, Timestamp } from '../page.ts'

export const TargetKind = z.enum(['process', 'docker', 'os-service', 'swarm'])
export type TargetKind = z.infer<typeof TargetKind>

/** What a target can do. A face offers an act only where its capability is listed. */
export const capabilities = [
  'start',
  'stop',
  'restart',
  'pause',
  'kill',
  'remove',
  'rename',
  'logs',
  'stats',
  'exec',
  'create',
  'networks',
  'volumes',
  'build',
  'attach',
  'images',
  'files',
  'update',
  'commit',
  'swarm',
] as const
export const Capability = z.enum(capabilities)
export type Capability = z.infer<typeof Capability>

export const TargetState = z.enum(['connecting', 'connected', 'unreachable'])

export const EngineInfo = z.object({
  hostname: z.string(),
  os: z.string(),
  arch: z.string(),
  version: z.string().describe('of the engine, or of the kernel on a process target'),
  apiVersion: z.string().nullable(),
  cpus: z.number(),
  memoryBytes: Bytes,
})
export type EngineInfo = z.infer<typeof EngineInfo>

export const TargetUsage = z.object({
  at: Timestamp,
  cpuPercent: z.number().nullable().describe('of all cores, 0 to 100'),
  memoryBytes: Bytes.nullable(),
  memoryTotalBytes: Bytes.nullable(),
  diskBytes: Bytes.nullable(),
  diskTotalBytes: Bytes.nullable(),
})
export type TargetUsage = z.infer<typeof TargetUsage>

export const Target = z.object({
  id: Id,
  name: z.string(),
  kind: TargetKind,
  address: z.string().describe('local, unix:///path, tcp://host:port, ssh://user@host'),
  tls: z.boolean(),
  group: z.string().nullable().describe('where it belongs, such as a site or a customer'),
  tags: z.array(z.string()),
  origin: z.enum(['found', 'registered']).describe('found by itself at start, or registered by a person'),
  state: TargetState,
  reason: z.string().nullable().describe('why it is not connected, and what to do'),
  engine: EngineInfo.nullable(),
  capabilities: z.array(Capability),
  services: z.record(z.string(), z.int()).describe('how many services are in each state'),
  usage: TargetUsage.nullable(),
  observedAt: Timestamp.nullable(),
  stale: z.boolean(),
  createdAt: Timestamp,
})
export type Target = z.infer<typeof Target>

/** PEM texts. Stored encrypted, never answered. */
export const TlsMaterial = z.strictObject({
  ca: z.string().max(65_536).optional(),
  cert: z.string().max(65_536).optional(),
  key: z.string().max(65_536).optional(),
})
/** How an `ssh://` address is opened. What is absent is taken from the user that runs Wheelhouse: keys, agent, known hosts. */
export const SshMaterial = z.strictObject({
  privateKey: z
    .string()
    .max(32_768)
    .optional()
    .describe('OpenSSH or PEM, without a passphrase; stored encrypted, never answered'),
  hostKeys: z.string().max(65_536).optional().describe('lines of a known_hosts file that are trusted for this host'),
})
/** A key that a host shows. A person compares the fingerprint with the one on the host before trusting it. */
export const HostKey = z.object({ type: z.string(), fingerprint: z.string(), line: z.string() })
const Address = z
  .string()
  .max(300)
  .regex(
    /^(unix:\/\/\/.+|tcp:\/\/[^/\s]+:\d{1,5}\/?|ssh:\/\/[^\s/]+(\/\S*)?)$/,
    'use unix:///path/to/docker.sock, tcp://host:port or ssh://user@host',
  )
const Group = z.string().min(1).max(50)
const Tags = z.array(z.string().min(1).max(50)).max(20)

export const targets = domain('targets', {
  list: call({
    method: 'GET',
    path: '/api/v1/targets',
    aliases: ['/api/targets'],
    summary: 'List targets',
    input: z.strictObject({
      ...listQuery,
      kind: TargetKind.optional(),
      tag: z.string().optional(),
      group: z.string().optional(),
    }),
    output: page(Target),
    permission: 'targets.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/targets/:id',
    aliases: ['/api/targets/:id'],
    summary: 'Show a target, by id or name',
    input: z.strictObject({ id: Id }),
    output: Target,
    permission: 'targets.read',
    scope: { on: 'target', field: 'id' },
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  register: call({
    method: 'POST',
    path: '/api/v1/targets',
    aliases: ['/api/targets'],
    summary: 'Register a Docker engine',
    input: z.strictObject({
      name: z.string().min(1).max(63),
      address: Address,
      tls: TlsMaterial.optional(),
      ssh: SshMaterial.optional(),
      group: Group.optional(),
      tags: Tags.optional(),
    }),
    output: Target,
    permission: 'targets.manage',
    danger: 'reversible',
    assistant: false,
    status: 201,
    errors: ['CONFLICT', 'TARGET_UNREACHABLE'],
    secret: ['tls', 'ssh'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/targets/:id',
    summary: 'Change a target: name, address, certificates, keys, group, tags',
    input: z.strictObject({
      id: Id,
      name: z.string().min(1).max(63).optional(),
      address: Address.optional(),
      tls: TlsMaterial.nullable().optional(),
      ssh: SshMaterial.nullable().optional(),
      group: Group.nullable().optional(),
      tags: Tags.optional(),
    }),
    output: Target,
    permission: 'targets.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND', 'CONFLICT', 'STATE_CONFLICT'],
    secret: ['tls', 'ssh'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/targets/:id',
    summary: 'Forget a target; what runs there keeps running',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'targets.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  probe: call({
    method: 'POST',
    path: '/api/v1/targets/probe',
    summary: 'Try an address without registering it',
    input: z.strictObject({ address: Address, tls: TlsMaterial.optional(), ssh: SshMaterial.optional() }),
    output: z.object({
      ok: z.boolean(),
      reason: z.string().nullable(),
      engine: EngineInfo.nullable(),
      tookMs: z.number(),
      hostKeys: z
        .array(HostKey)
        .nullable()
        .describe('what an ssh host shows when it is not trusted; null where that is not the matter'),
    }),
    permission: 'targets.manage',
    danger: 'none',
    assistant: false,
    secret: ['tls', 'ssh'],
  }),
})
