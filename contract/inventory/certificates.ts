import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, Name, page, Timestamp } from '../page.ts'

export const Certificate = z.object({
  id: Id,
  name: Name,
  subject: z.string(),
  domains: z.array(z.string()).describe('names and addresses it is for'),
  issuer: z.string(),
  issuedBy: z.enum(['mkcert', 'wheelhouse', 'other']).describe('other: imported'),
  notBefore: Timestamp,
  notAfter: Timestamp,
  daysLeft: z.int(),
  state: z.enum(['valid', 'expiring', 'expired', 'not-yet']).describe('expiring: less than 30 days'),
  fingerprint: z.string().describe('SHA-256 of the certificate, hex'),
  keyType: z.string(),
  certificateFile: z.string().nullable(),
  keyFile: z.string().nullable(),
  createdAt: Timestamp,
  createdBy: z.string(),
})
export type Certificate = z.infer<typeof Certificate>

export const CertificateAuthority = z.object({
  source: z.enum(['mkcert', 'wheelhouse']),
  subject: z.string(),
  notAfter: Timestamp,
  trusted: z.boolean().describe('the system of the control plane trusts it'),
  trustedBy: z.string().describe('how that was found'),
  certificate: z.string().describe('PEM, to install where it should be trusted'),
})

const Domain = z
  .string()
  .max(253)
  .regex(/^(\*\.)?[a-zA-Z0-9.:_-]+$/, 'use a domain such as app.test, *.app.test, or an address')

export const certificates = domain('certificates', {
  list: call({
    method: 'GET',
    path: '/api/v1/certificates',
    summary: 'List certificates with how long they last',
    input: z.strictObject(listQuery),
    output: page(Certificate),
    permission: 'certificates.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/certificates/:id',
    summary: 'Show a certificate, by id or name',
    input: z.strictObject({ id: Id }),
    output: Certificate.extend({ certificate: z.string().describe('PEM, with its chain') }),
    permission: 'certificates.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  authority: call({
    method: 'GET',
    path: '/api/v1/certificates/authority',
    summary: 'The local authority that signs: mkcert where it is installed, otherwise our own',
    input: z.strictObject({}),
    output: CertificateAuthority,
    permission: 'certificates.read',
    danger: 'none',
  }),
  generate: call({
    method: 'POST',
    path: '/api/v1/certificates',
    summary: 'Generate a certificate for domains and addresses',
    input: z.strictObject({
      name: Name.optional().describe('the first domain unless told'),
      domains: z.array(Domain).min(1).max(100),
      days: z
        .int()
        .min(1)
        .max(825)
        .optional()
        .describe('days it is valid; 825 at most, which is also what it is unless told'),
      folder: z
        .string()
        .max(4096)
        .optional()
        .describe('absolute folder for <first>+<n>.pem and -key.pem; the data folder unless told'),
      installTrust: z.boolean().optional().describe('also make the system of the control plane trust the authority'),
    }),
    output: Certificate,
    permission: 'certificates.manage',
    danger: 'reversible',
    status: 201,
    errors: ['CONFLICT', 'POLICY_REFUSED', 'STORAGE_FULL'],
  }),
  import: call({
    method: 'POST',
    path: '/api/v1/certificates/import',
    summary: 'Watch a certificate that was made elsewhere; with its key it can be used here',
    input: z.strictObject({
      name: Name,
      certificate: z.string().max(200_000).describe('PEM'),
      key: z.string().max(65_536).optional().describe('PEM; stored sealed'),
    }),
    output: Certificate,
    permission: 'certificates.manage',
    danger: 'reversible',
    assistant: false,
    status: 201,
    errors: ['CONFLICT'],
    secret: ['key'],
  }),
  verify: call({
    method: 'POST',
    path: '/api/v1/certificates/verify',
    summary: 'Does a certificate fit a domain, is it in date, is its chain trusted',
    input: z.strictObject({
      domain: Domain,
      id: Id.optional().describe('a certificate from the list; the one that is for the domain unless told'),
      address: z.string().max(260).optional().describe('host:port of a server to ask instead, with TLS'),
    }),
    output: z.object({
      ok: z.boolean(),
      checks: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string() })),
      certificate: Certificate.nullable(),
    }),
    permission: 'certificates.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  trust: call({
    method: 'POST',
    path: '/api/v1/certificates/trust',
    summary: 'Make the system of the control plane trust the authority, or stop it',
    input: z.strictObject({ trust: z.boolean().optional().describe('true unless told') }),
    output: CertificateAuthority,
    permission: 'targets.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['CAPABILITY_MISSING'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/certificates/:id',
    summary: 'Forget a certificate; files that it was written to stay',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'certificates.manage',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
})
