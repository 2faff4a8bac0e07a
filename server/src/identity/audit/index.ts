export { type Audit, type AuditDeps, type AuditedCall, type AuditResult, createAudit, type OpenEntry } from './audit.ts'
export { maskSecrets } from './mask-secrets.ts'
