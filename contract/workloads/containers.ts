import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned, stream, upload } from '../operation.ts'
import { Binary, Bytes, Done, DurationMs, Id, Name, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

const Text = z.string().max(4096)
const Words = z.array(z.string().max(32_768)).max(256)

/**
 * A container as a form describes it. Absent fields are the engine's own defaults. Sizes are bytes, durations milliseconds.
 * A value of `environment` that is null keeps what the container that is replaced has there, so that no secret travels to be kept.
 */
export const ContainerDraft = z.strictObject({
  name: Name,
  image: z.string().min(1).max(400),
  pull: z.enum(['missing', 'always', 'never']).optional().describe('missing unless told'),
  platform: z.string().max(100).optional(),
  command: Words.optional(),
  entrypoint: Words.optional(),
  environment: z.record(z.string().max(400), z.string().max(131_072).nullable()).optional(),
  labels: z.record(z.string().max(400), Text).optional(),
  ports: z
    .array(
      z.strictObject({
        host: z.string().max(100).optional().describe('address to publish on; all unless told'),
        hostPort: z.int().min(0).max(65_535).optional().describe('absent or 0: any free port'),
        port: z.int().min(1).max(65_535),
        protocol: z.enum(['tcp', 'udp', 'sctp']).optional(),
        publish: z.boolean().optional().describe('false: only exposed to its networks'),
      }),
    )
    .max(200)
    .optional(),
  mounts: z
    .array(
      z.strictObject({
        type: z.enum(['bind', 'volume', 'tmpfs']),
        source: z.string().max(4096).optional().describe('folder of the host, or name of a volume; none for tmpfs'),
        destination: z.string().min(1).max(4096),
        readOnly: z.boolean().optional(),
        sizeBytes: Bytes.optional().describe('of a tmpfs'),
      }),
    )
    .max(100)
    .optional(),
  networks: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        aliases: z.array(z.string().max(200)).max(20).optional(),
        ipv4: z.ipv4().optional(),
        ipv6: z.ipv6().optional(),
      }),
    )
    .max(20)
    .optional(),
  networkMode: z.string().max(200).optional().describe('bridge, host, none or container:<name>, in place of networks'),
  restart: z
    .strictObject({
      policy: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
      maxRetries: z.int().min(0).max(1000).optional(),
    })
    .optional(),
  healthCheck: z
    .strictObject({
      test: z.array(z.string().max(32_768)).min(1).max(64).describe("['CMD', …], ['CMD-SHELL', …] or ['NONE']"),
      intervalMs: DurationMs.optional(),
      timeoutMs: DurationMs.optional(),
      startPeriodMs: DurationMs.optional(),
      retries: z.int().min(0).max(100).optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      memoryBytes: Bytes.optional(),
      memoryReservationBytes: Bytes.optional(),
      memorySwapBytes: z.int().min(-1).optional().describe('memory and swap together; -1 is no bound'),
      cpus: z.number().min(0).max(4096).optional(),
      cpuShares: z.int().min(0).max(262_144).optional(),
      cpuset: z.string().max(200).optional().describe('such as 0-2,5'),
      pids: z.int().min(-1).optional().describe('-1 is no bound'),
      shmBytes: Bytes.optional(),
    })
    .optional(),
  user: z.string().max(200).optional(),
  workingDirectory: z.string().max(4096).optional(),
  hostname: z.string().max(253).optional(),
  extraHosts: z.array(z.string().max(400)).max(100).optional().describe('name:address'),
  dns: z.array(z.string().max(100)).max(10).optional(),
  tty: z.boolean().optional(),
  openStdin: z.boolean().optional(),
  init: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capAdd: z.array(z.string().max(64)).max(64).optional(),
  capDrop: z.array(z.string().max(64)).max(64).optional(),
  devices: z
    .array(
      z.strictObject({
        host: z.string().max(4096),
        container: z.string().max(4096).optional(),
        permissions: z
          .string()
          .regex(/^[rwm]{1,3}$/)
          .optional(),
      }),
    )
    .max(64)
    .optional(),
  securityOpt: z.array(Text).max(20).optional(),
  sysctls: z.record(z.string().max(200), z.string().max(200)).optional(),
  pidMode: z.string().max(200).optional(),
  ipcMode: z.string().max(200).optional(),
  logDriver: z
    .strictObject({ name: z.string().max(100), options: z.record(z.string().max(100), Text).optional() })
    .optional(),
  stop: z.strictObject({ signal: z.string().max(20).optional(), timeoutMs: DurationMs.optional() }).optional(),
  autoRemove: z.boolean().optional(),
})
export type ContainerDraft = z.infer<typeof ContainerDraft>

export const ContainerLimits = z.strictObject({
  memoryBytes: Bytes.nullable().optional().describe('null takes the bound away'),
  memoryReservationBytes: Bytes.nullable().optional(),
  memorySwapBytes: z.int().min(-1).nullable().optional(),
  cpus: z.number().min(0).max(4096).nullable().optional(),
  cpuShares: z.int().min(0).max(262_144).nullable().optional(),
  cpuset: z.string().max(200).nullable().optional(),
  pids: z.int().min(-1).nullable().optional(),
  restart: z
    .strictObject({
      policy: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
      maxRetries: z.int().min(0).max(1000).optional(),
    })
    .optional(),
})
export type ContainerLimits = z.infer<typeof ContainerLimits>

export const FileKind = z.enum(['file', 'folder', 'link', 'other'])
/** One entry of a folder, in a container or a volume. */
export const FileEntry = z.object({
  name: z.string(),
  path: z.string().describe('absolute; / is the root of the container, or of the volume'),
  kind: FileKind,
  sizeBytes: Bytes,
  mode: z.string().describe('such as 0644'),
  owner: z.string().nullable().describe('user:group, by name or number'),
  modifiedAt: Timestamp.nullable(),
  linkTarget: z.string().nullable(),
})
export type FileEntry = z.infer<typeof FileEntry>
export const FolderListing = z.object({
  path: z.string(),
  entries: z.array(FileEntry),
  truncated: z.boolean().describe('true where the folder holds more than is listed'),
})
export type FolderListing = z.infer<typeof FolderListing>
/** A file to look at and edit. `digest` goes back with the new text, so that nobody overwrites what he has not seen. */
export const FileText = z.object({
  path: z.string(),
  text: z.string(),
  sizeBytes: Bytes,
  mode: z.string(),
  digest: z.string(),
})
export type FileText = z.infer<typeof FileText>

export const FilePath = z.string().min(1).max(4096).regex(/^\//, 'start with /')
export const writtenFile = {
  path: FilePath,
  text: z.string().max(1_048_576),
  digest: z.string().max(100).optional().describe('of the text that was read; absent for a new file'),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/)
    .optional(),
}

const one = z.strictObject({ id: Id })
const on = { scope: { on: 'service', field: 'id' } } as const
const onTarget = { scope: { on: 'target', field: 'target' } } as const
const failing = ['NOT_FOUND', 'CAPABILITY_MISSING', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const Target = z.string().min(1).max(200).describe('target id or name')
const Tar = 'application/x-tar'

export const containers = domain('containers', {
  preview: call({
    method: 'POST',
    path: '/api/v1/containers/preview',
    summary: 'What a container form means: the Compose file, the docker run command, and what the policy says',
    input: z.strictObject({ target: Target, draft: ContainerDraft, replaces: Id.optional() }),
    output: z.object({
      compose: z.string(),
      command: z.string().describe('docker run …, quoted for a shell; values to keep are left out'),
      problems: z.array(z.string()),
      refusals: z.array(z.string()).describe('what the policy forbids this caller'),
    }),
    permission: 'services.read',
    ...onTarget,
    danger: 'none',
    errors: ['NOT_FOUND'],
    secret: ['draft'],
  }),
  fromCommand: call({
    method: 'POST',
    path: '/api/v1/containers/from-command',
    summary: 'Read a docker run command into a container form',
    input: z.strictObject({ command: z.string().min(1).max(65_536) }),
    output: z.object({ draft: ContainerDraft, problems: z.array(z.string()) }),
    permission: 'services.read',
    danger: 'none',
    secret: ['command', 'draft'],
  }),
  draft: call({
    method: 'GET',
    path: '/api/v1/containers/:id/draft',
    summary: 'The form of a container that is there, for changing it; secret values are kept, not shown',
    input: one,
    output: z.object({ draft: ContainerDraft, lost: z.array(z.string()).describe('what the form cannot say') }),
    permission: 'containers.manage',
    ...on,
    danger: 'none',
    errors: [...failing],
    secret: ['draft'],
  }),
  create: planned({
    method: 'POST',
    path: '/api/v1/containers',
    aliases: ['/api/containers'],
    summary: 'Create and start a container',
    input: z.strictObject({ target: Target, draft: ContainerDraft, start: z.boolean().optional() }),
    output: Job,
    permission: 'containers.manage',
    ...onTarget,
    danger: 'reversible',
    status: 202,
    errors: ['NOT_FOUND', 'CONFLICT', 'POLICY_REFUSED', 'TARGET_UNREACHABLE'],
    secret: ['draft'],
  }),
  replace: planned({
    method: 'PUT',
    path: '/api/v1/containers/:id',
    summary: 'Change a container: a new one takes its place, and the old is kept until the new is healthy',
    input: z.strictObject({
      id: Id,
      draft: ContainerDraft,
      healthyWithinMs: DurationMs.optional().describe('60 s unless told'),
    }),
    output: Job,
    permission: 'containers.manage',
    ...on,
    danger: 'destructive',
    status: 202,
    errors: [...failing, 'CONFLICT', 'STATE_CONFLICT', 'POLICY_REFUSED'],
    secret: ['draft'],
  }),
  limit: call({
    method: 'PATCH',
    path: '/api/v1/containers/:id/limits',
    summary: 'Change the limits of a container while it runs',
    input: z.strictObject({ id: Id, limits: ContainerLimits }),
    output: z.object({ warnings: z.array(z.string()) }),
    permission: 'containers.manage',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'STATE_CONFLICT'],
  }),
  top: call({
    method: 'GET',
    path: '/api/v1/containers/:id/top',
    summary: 'Processes of a container',
    input: one,
    output: z.object({ titles: z.array(z.string()), processes: z.array(z.array(z.string())) }),
    permission: 'services.read',
    ...on,
    danger: 'none',
    errors: [...failing, 'STATE_CONFLICT'],
  }),
  changes: call({
    method: 'GET',
    path: '/api/v1/containers/:id/changes',
    summary: 'Files that differ from the image',
    input: one,
    output: z.object({
      items: z.array(z.object({ path: z.string(), change: z.enum(['changed', 'added', 'removed']) })),
      truncated: z.boolean(),
    }),
    permission: 'files.read',
    ...on,
    danger: 'none',
    errors: [...failing],
  }),
  commit: call({
    method: 'POST',
    path: '/api/v1/containers/:id/commit',
    summary: 'Make an image of a container as it is',
    input: z.strictObject({
      id: Id,
      tag: z.string().min(1).max(400).describe('name:tag of the new image'),
      comment: z.string().max(400).optional(),
      pause: z.boolean().optional().describe('freeze it meanwhile; true unless told'),
      changes: z.array(Text).max(50).optional().describe('Dockerfile instructions such as CMD ["web"]'),
    }),
    output: z.object({ imageId: z.string() }),
    permission: 'images.manage',
    ...on,
    danger: 'reversible',
    errors: [...failing],
  }),
  prune: planned({
    method: 'POST',
    path: '/api/v1/containers/prune',
    summary: 'Remove stopped containers that no stack claims',
    input: z.strictObject({
      target: Target,
      olderThanMs: DurationMs.optional(),
      label: z.string().max(200).optional().describe('only with this label, key or key=value'),
      digest: AgreedPlan,
    }),
    output: z.object({ removed: z.array(z.string()), freedBytes: Bytes }),
    permission: 'services.remove',
    ...onTarget,
    danger: 'destructive',
    errors: [...failing, 'PLAN_CHANGED'],
  }),
  files: call({
    method: 'GET',
    path: '/api/v1/containers/:id/files',
    summary: 'List a folder of a container',
    input: z.strictObject({ id: Id, path: FilePath }),
    output: FolderListing,
    permission: 'files.read',
    ...on,
    danger: 'none',
    errors: [...failing],
  }),
  readFile: call({
    method: 'GET',
    path: '/api/v1/containers/:id/file',
    summary: 'Read a text file of a container, at most 1 MB',
    input: z.strictObject({ id: Id, path: FilePath }),
    output: FileText,
    permission: 'files.read',
    ...on,
    danger: 'none',
    errors: [...failing, 'BODY_TOO_LARGE', 'STATE_CONFLICT'],
  }),
  writeFile: call({
    method: 'PUT',
    path: '/api/v1/containers/:id/file',
    summary: 'Write a text file into a container',
    input: z.strictObject({ id: Id, ...writtenFile }),
    output: FileText,
    permission: 'files.write',
    ...on,
    danger: 'reversible',
    errors: [...failing, 'CONFLICT', 'STORAGE_FULL'],
    secret: ['text'],
  }),
  copyOut: stream({
    method: 'GET',
    path: '/api/v1/containers/:id/archive',
    summary: 'Copy a file or folder out of a container, as a tar',
    description: `Answers ${Tar}.`,
    input: z.strictObject({ id: Id, path: FilePath }),
    output: Binary,
    permission: 'files.read',
    ...on,
    danger: 'none',
    errors: [...failing],
  }),
  copyIn: upload({
    method: 'PUT',
    path: '/api/v1/containers/:id/archive',
    summary: 'Copy a tar into a folder of a container',
    input: z.strictObject({ id: Id, path: FilePath }),
    output: Done,
    permission: 'files.write',
    ...on,
    danger: 'destructive',
    errors: [...failing, 'STORAGE_FULL'],
  }),
})
