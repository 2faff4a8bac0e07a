import { createPrivateKey, X509Certificate } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import { canonicalDomain } from './domain-name.ts'

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

const refused = (field: string, why: string): Failure =>
  new Failure('VALIDATION_FAILED', `${field}: ${why}.`, { fields: [{ field, message: why }] })

/** The certificates of a PEM text, the one it is about first. Throws VALIDATION_FAILED. */
export function readChain(pem: string): [X509Certificate, ...X509Certificate[]] {
  const chain = (pem.match(block) ?? []).map((text) => {
    try {
      return new X509Certificate(text)
    } catch {
      throw refused('certificate', 'it cannot be read. Give the file as it was made')
    }
  })
  const [leaf, ...rest] = chain
  if (!leaf) throw refused('certificate', 'it is not PEM text. It begins with -----BEGIN CERTIFICATE-----')
  return [leaf, ...rest]
}

/** Refuses a key that is not PEM, is under a password, or belongs to another certificate. */
export function requireKeyFits(leaf: X509Certificate, key: string): void {
  let parsed
  try {
    parsed = createPrivateKey(key)
  } catch (error) {
    const locked = /ENCRYPTED/.test(key) || (error as { code?: string }).code === 'ERR_MISSING_PASSPHRASE'
    throw refused('key', locked ? 'it is under a password. Give it without one' : 'it is not a private key as PEM text')
  }
  if (!leaf.checkPrivateKey(parsed)) {
    throw refused('key', 'it belongs to another certificate. Give the two that were made together')
  }
}

/** `DNS:a, IP Address:::1`; a value that holds a comma or quote is written as a JSON string. */
export function domainsOf(leaf: X509Certificate): string[] {
  const found: string[] = []
  for (const [, kind, value] of (leaf.subjectAltName ?? '').matchAll(/(DNS|IP Address):([^,"\s]+)/g)) {
    if (value === undefined) continue
    // Of a certificate made elsewhere: what is no domain to us is shown as it is.
    try {
      found.push(canonicalDomain(kind === 'DNS' ? value : value.toLowerCase()))
    } catch {
      found.push(value)
    }
  }
  return found
}

/** One line: `CN=app.test, O=Example`. */
export const nameText = (name: string | undefined): string => (name ?? '').split('\n').filter(Boolean).join(', ')

export const fingerprintOf = (certificate: X509Certificate): string =>
  certificate.fingerprint256.replaceAll(':', '').toLowerCase()

/** `EC P-256`, `RSA 2048`, `Ed25519`. */
export function keyTypeOf(leaf: X509Certificate): string {
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey
  if (asymmetricKeyType === 'ec') {
    const curve = asymmetricKeyDetails?.namedCurve ?? ''
    return `EC ${({ prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' } as Record<string, string>)[curve] ?? curve}`
  }
  if (asymmetricKeyType === 'ed25519') return 'Ed25519'
  const bits = asymmetricKeyDetails?.modulusLength
  return `${(asymmetricKeyType ?? 'unknown').toUpperCase()}${bits === undefined ? '' : ` ${bits}`}`
}
