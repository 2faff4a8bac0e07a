import { isIP } from 'node:net'
import { Failure } from '@wheelhouse/contract'

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/

const refuse = (domain: string, why: string): never => {
  const message = `${domain} ${why}`
  throw new Failure('VALIDATION_FAILED', `domains: ${message}.`, { fields: [{ field: 'domains', message }] })
}

/** A name or address as certificates write it: lower case, an IPv6 address in its short form. Throws VALIDATION_FAILED. */
export function canonicalDomain(given: string): string {
  const text = given.toLowerCase().replace(/\.$/, '')
  if (isIP(text) === 4) return text
  if (isIP(text) === 6) return new URL(`http://[${text}]/`).hostname.slice(1, -1)
  const labels = text.replace(/^\*\./, '').split('.')
  if (text.includes(':')) refuse(given, 'is no address. Leave the port out')
  if (/^[\d.]+$/.test(text)) refuse(given, 'is no IPv4 address')
  if (labels.some((each) => !label.test(each))) refuse(given, 'is no domain. Use one such as app.test or *.app.test')
  return text
}

/** The domains of one certificate, each once, in the order given. */
export const canonicalDomains = (given: readonly string[]): string[] => [...new Set(given.map(canonicalDomain))]

/** RFC 6125: `*` stands for exactly one whole label, the leftmost, and never for an address. */
export function covers(pattern: string, domain: string): boolean {
  if (pattern === domain) return true
  if (!pattern.startsWith('*.') || isIP(domain) !== 0) return false
  const dot = domain.indexOf('.')
  return dot > 0 && !domain.startsWith('*') && pattern.slice(2) === domain.slice(dot + 1)
}

/** `app.test+2` for three domains, as mkcert names its files. */
export function fileStem(domains: readonly string[]): string {
  const first = (domains[0] ?? '').replaceAll(':', '_').replace('*', '_wildcard')
  return domains.length > 1 ? `${first}+${domains.length - 1}` : first
}

/** The name of a certificate that was given none. */
export function nameFor(domains: readonly string[]): string {
  const name = (domains[0] ?? '').replace('*', 'wildcard').replace(/[^a-z0-9_.-]/g, '_')
  return (/^[a-z0-9]/.test(name) ? name : `ip${name}`).slice(0, 63)
}
