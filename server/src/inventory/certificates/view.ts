import type { X509Certificate } from 'node:crypto'
import type { Certificate } from '@wheelhouse/contract'
import { domainsOf, fingerprintOf, keyTypeOf, nameText, readChain } from './certificate-text.ts'
import type { CertificateRecord } from './store.ts'

export const dayMs = 86_400_000
/** Less than this many days left is told of. */
export const expiringDays = 30

/** How long it lasts, in whole days; below zero once it has ended. */
export const daysLeftOf = (leaf: X509Certificate, now: number): number =>
  Math.floor((leaf.validToDate.getTime() - now) / dayMs)

export function stateOf(leaf: X509Certificate, now: number): Certificate['state'] {
  if (leaf.validToDate.getTime() <= now) return 'expired'
  if (leaf.validFromDate.getTime() > now) return 'not-yet'
  return daysLeftOf(leaf, now) < expiringDays ? 'expiring' : 'valid'
}

/** A certificate as every face sees one: without its key. */
export function certificateView(record: CertificateRecord, now: number): Certificate {
  const [leaf] = readChain(record.certificate)
  const domains = domainsOf(leaf)
  return {
    id: record.id,
    name: record.name,
    subject: nameText(leaf.subject) || (domains[0] ?? ''),
    domains,
    issuer: nameText(leaf.issuer),
    issuedBy: record.issuedBy,
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    daysLeft: daysLeftOf(leaf, now),
    state: stateOf(leaf, now),
    fingerprint: fingerprintOf(leaf),
    keyType: keyTypeOf(leaf),
    certificateFile: record.certificateFile,
    keyFile: record.keyFile,
    createdAt: new Date(record.createdAt).toISOString(),
    createdBy: record.createdBy,
  }
}
