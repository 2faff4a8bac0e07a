import type { Certificate } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

export const certificateGlyph: Record<Certificate['state'], GlyphState> = {
  valid: 'running',
  expiring: 'degraded',
  expired: 'failed',
  'not-yet': 'paused',
}

/** "in 42 d", "12 d ago": how long it lasts, in whole days. */
export function lasts({ daysLeft, state }: Pick<Certificate, 'daysLeft' | 'state'>): string {
  if (state === 'expired') return daysLeft >= -1 ? 'just ended' : `${-daysLeft} d ago`
  return daysLeft === 0 ? 'today' : `in ${daysLeft} d`
}

export const stateWords: Record<Certificate['state'], string> = {
  valid: 'valid',
  expiring: 'ends soon',
  expired: 'ended',
  'not-yet': 'not yet valid',
}

export const makerWords: Record<Certificate['issuedBy'], string> = {
  mkcert: 'mkcert',
  wheelhouse: 'Wheelhouse',
  other: 'imported',
}

const label = '(?!-)[a-z0-9_-]{1,63}(?<!-)'
const name = new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`)
const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/
const ipv6 = /^(?=.*:.*:)[0-9a-f:]+(:\d+\.\d+\.\d+\.\d+)?$/

/** What is wrong with a domain or address, or null. The server has the last word. */
export function domainTrouble(text: string): string | null {
  const domain = text.toLowerCase()
  if (ipv4.test(domain) || ipv6.test(domain)) return null
  if (/^[\d.]+$/.test(domain)) return `${text} is no IPv4 address.`
  if (/^[^:]+:\d+$/.test(domain)) return `Leave the port of ${text} out.`
  return name.test(domain) ? null : `${text} is no domain. Use one such as app.test or *.app.test.`
}

/** Several at once: pasted lists are taken apart at blanks and commas. */
export const splitDomains = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)
