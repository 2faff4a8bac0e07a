import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, Timestamp } from '../page.ts'

/**
 * What workloads may ask of their host, by body, on every path that can create or change one. The house has one policy; a target may
 * have its own, which then counts alone. Administrators are told, others are refused.
 */
export const PolicyRules = z.strictObject({
  privileged: z.boolean().describe('may run privileged'),
  hostNetwork: z.boolean(),
  hostNamespaces: z.boolean().describe('process space, shared memory, user space and UTS of the host'),
  bindFolders: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^(\/|\*$)/, 'start with /, or write * alone'),
    )
    .max(100)
    .describe('folders of the host that may be mounted, exactly these; * is all'),
  devices: z.array(z.string().max(4096)).max(100).describe('devices of the host that may be used; * is all'),
  capabilities: z.array(z.string().max(64)).max(64).describe('beyond the harmless ones; ALL is all'),
  securityOptions: z.boolean().describe('may set seccomp, AppArmor and labels'),
  sysctls: z.boolean().describe('may set kernel parameters beyond net.*'),
  volumeDrivers: z.array(z.string().max(100)).max(50).describe('beside local; * is all'),
  networkDrivers: z.array(z.string().max(100)).max(50).describe('beside bridge and overlay; * is all'),
  logDrivers: z
    .array(z.string().max(100))
    .max(50)
    .default([])
    .describe('that send lines elsewhere, such as syslog; beside json-file, local, journald and none; * is all'),
  plugins: z.boolean().describe('may install and configure plugins of the engine'),
  images: z
    .array(z.string().max(400))
    .max(200)
    .describe('image names that may run, * standing for any part: registry.example.com/*; empty allows every image'),
  publicPorts: z.boolean().describe('may publish ports on all addresses of the host'),
  enforceOnAdministrators: z.boolean(),
})
export type PolicyRules = z.infer<typeof PolicyRules>

export const Policy = z.object({
  targetId: Id.nullable().describe('null: of the house'),
  targetName: z.string().nullable(),
  rules: PolicyRules,
  own: z.boolean().describe('false where the rules are those of the house'),
  changedAt: Timestamp.nullable(),
  changedBy: z.string().nullable(),
})
export type Policy = z.infer<typeof Policy>

export const policies = domain('policies', {
  list: call({
    method: 'GET',
    path: '/api/v1/policies',
    summary: 'The policy of the house, and those of targets',
    input: z.strictObject({}),
    output: z.object({ items: z.array(Policy) }),
    permission: 'targets.read',
    danger: 'none',
  }),
  set: call({
    method: 'PUT',
    path: '/api/v1/policies',
    summary: 'Set the policy of the house, or of one target',
    input: z.strictObject({ target: z.string().max(200).optional(), rules: PolicyRules }),
    output: Policy,
    permission: 'policies.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND'],
  }),
  clear: call({
    method: 'POST',
    path: '/api/v1/policies/clear',
    summary: 'Let a target go back to the policy of the house',
    input: z.strictObject({ target: z.string().min(1).max(200) }),
    output: Done,
    permission: 'policies.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND'],
  }),
})
