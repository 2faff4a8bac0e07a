import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned } from '../operation.ts'
import { Timestamp } from '../page.ts'

/** The master key that stored secrets are sealed under. Ids of keys tell nothing of them. */
export const EncryptionState = z.object({
  keyId: z.string().describe('of the newest key, which seals'),
  olderKeyIds: z.array(z.string()).describe('of keys that still open what was sealed under them'),
  source: z.enum(['file', 'variable']).describe('where the keys come from'),
  changedAt: Timestamp.nullable().describe('when the key file was changed last'),
  values: z.int().describe('sealed values in the database'),
  olderValues: z.int().describe('of them those that are still sealed under an older key'),
})
export type EncryptionState = z.infer<typeof EncryptionState>

export const encryption = domain('encryption', {
  get: call({
    method: 'GET',
    path: '/api/v1/encryption',
    summary: 'Under which master key stored secrets are sealed, and what is still under an older one',
    input: z.strictObject({}),
    output: EncryptionState,
    permission: 'settings.read',
    danger: 'none',
  }),
  rotate: planned({
    method: 'POST',
    path: '/api/v1/encryption/rotate',
    summary: 'Make a new master key and seal every stored secret anew under it; an unfinished one goes on',
    input: z.strictObject({}),
    output: Job,
    permission: 'settings.manage',
    danger: 'reversible',
    status: 202,
    assistant: false,
    errors: ['STATE_CONFLICT'],
  }),
  retire: planned({
    method: 'POST',
    path: '/api/v1/encryption/retire',
    summary: 'Drop the older master keys, once nothing is sealed under them',
    input: z.strictObject({}),
    output: EncryptionState,
    permission: 'settings.manage',
    danger: 'destructive',
    assistant: false,
    errors: ['STATE_CONFLICT'],
  }),
})
