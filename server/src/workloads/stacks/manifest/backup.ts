import { z } from 'zod'
import { Duration, whole } from './forms.ts'

const Database = z.strictObject({
  name: z.string().max(100).describe('database'),
  engine: z.enum(['mysql', 'postgres']).describe('mysql (also MariaDB) or postgres'),
  host: z.string().max(253).optional().describe('127.0.0.1 unless told'),
  port: whole(1, 65_535).optional().describe('the usual one of the engine unless told'),
  username: z.string().max(200).optional().describe('root for mysql and postgres for postgres unless told'),
  password: z.string().max(500).optional().describe('of the config, as ${DB_PASSWORD}'),
  service: z
    .string()
    .max(100)
    .optional()
    .describe('container to dump in, where the database is not reached from outside'),
})

const S3 = z.strictObject({
  bucket: z.string().max(100).describe('bucket, which must be there'),
  prefix: z.string().max(300).optional().describe('what all names in it begin with'),
  region: z.string().max(60).optional().describe('us-east-1 unless told'),
  endpoint: z.string().max(500).optional().describe('of an S3-compatible storage; that of AWS unless told'),
  access_key: z
    .string()
    .max(300)
    .optional()
    .describe('of the config, as ${S3_KEY}; both keys from where the SDK of AWS looks unless told'),
  secret_key: z.string().max(500).optional().describe('of the config, as ${S3_SECRET}'),
})

export const BackupEntry = z.strictObject({
  configs: z
    .array(z.string().max(500))
    .max(200)
    .optional()
    .describe('files; the master config and all made from it are in anyway'),
  databases: z.array(Database).max(50).optional().describe('databases to dump'),
  files: z.array(z.string().max(500)).max(200).optional().describe('folders and files of users, relative to this file'),
  volumes: z.array(z.string().max(200)).max(100).optional().describe('named volumes of the Compose file'),
  to: z
    .union([z.string().max(1000), z.strictObject({ s3: S3.describe('S3-compatible storage') })])
    .optional()
    .describe('folder, or a map s3; the data folder of the control plane unless told'),
  encrypt: z
    .enum(['auto', 'always', 'never'])
    .optional()
    .describe('auto, which it is unless told: what holds secrets is encrypted'),
  keep: z
    .strictObject({
      older_than: Duration.optional().describe('older ones go, 30d unless told'),
      minimum: whole(0, 10_000).optional().describe('newest ones that stay in any case, 5 unless told'),
    })
    .optional()
    .describe('retention'),
  before_deploy: z
    .strictObject({
      database: z.boolean().optional().describe('true unless told'),
      files: z.boolean().optional().describe('false unless told'),
    })
    .optional()
    .describe('what the backup of a deployment holds beside the configs'),
})
export type BackupEntry = z.output<typeof BackupEntry>
