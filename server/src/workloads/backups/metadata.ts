import { z } from 'zod'
import type { PartRecord } from './part.ts'
import { backupView, type BackupRecord } from './store.ts'

export const metadataName = 'metadata.json'
export const checksumsName = 'checksums.sha256'

const Part = z.object({
  kind: z.enum(['config', 'app', 'database', 'files', 'volume']),
  name: z.string(),
  from: z.string(),
  sizeBytes: z.int(),
  sha256: z.string(),
  encrypted: z.boolean(),
  owner: z.object({ mode: z.int(), uid: z.int(), gid: z.int() }).optional(),
  database: z
    .object({ name: z.string(), engine: z.enum(['mysql', 'postgres']), tables: z.record(z.string(), z.int()) })
    .optional(),
  volume: z.object({ targetId: z.string(), volume: z.string() }).optional(),
})
/** What lies beside the parts, in plain text: all but secrets that a restore needs to know. */
export const Metadata = z.object({
  format: z.literal(1),
  backupId: z.string(),
  createdAt: z.iso.datetime(),
  description: z.string(),
  stack: z.string(),
  environment: z.string(),
  directory: z.string(),
  version: z.string().nullable(),
  includes: z.object({ configs: z.boolean(), database: z.boolean(), files: z.boolean() }),
  sizeBytes: z.int(),
  creator: z.string(),
  deploymentId: z.string().nullable(),
  encrypted: z.boolean(),
  parts: z.array(Part),
})
export type Metadata = z.infer<typeof Metadata>

export function metadataText(record: BackupRecord): string {
  const { includes, encrypted, createdAt } = backupView(record)
  const metadata: Metadata = {
    format: 1,
    backupId: record.id,
    createdAt,
    description: record.description,
    stack: record.stack,
    environment: record.environment,
    directory: record.directory,
    version: record.version,
    includes,
    sizeBytes: record.sizeBytes,
    creator: record.createdBy,
    deploymentId: record.deploymentId,
    encrypted,
    parts: [...record.parts],
  }
  return `${JSON.stringify(metadata, null, 2)}\n`
}

/** In the form that `sha256sum -c` reads, so that a backup can be checked without us. */
export const checksumsText = (parts: readonly Pick<PartRecord, 'name' | 'sha256'>[]): string =>
  parts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')

export const readChecksums = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum = '', name = '']) => [name, sum]))
