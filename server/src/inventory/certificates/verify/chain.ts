import { X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'
import { fingerprintOf, nameText } from '../certificate-text.ts'

export interface ChainVerdict {
  readonly ok: boolean
  readonly message: string
}

const longest = 10

let roots: Map<string, X509Certificate[]> | null = null

/** The roots that Node carries and those of the system, by subject. Read once: there are hundreds. */
function knownRoots(): Map<string, X509Certificate[]> {
  if (roots) return roots
  roots = new Map()
  for (const pem of new Set([...getCACertificates('bundled'), ...getCACertificates('system')])) {
    try {
      const root = new X509Certificate(pem)
      roots.set(root.subject, [...(roots.get(root.subject) ?? []), root])
    } catch {
      // A root that cannot be read can vouch for nobody.
    }
  }
  return roots
}

const inDate = (certificate: X509Certificate, now: number): boolean =>
  certificate.validFromDate.getTime() <= now && now < certificate.validToDate.getTime()

/** Walks from the leaf to a root that is ours or known, by names and by signatures. */
export function judgeChain(chain: readonly X509Certificate[], ours: X509Certificate | null, now: number): ChainVerdict {
  const [leaf] = chain
  if (!leaf) return { ok: false, message: 'there is no certificate' }
  let at: X509Certificate = leaf
  const known = knownRoots()
  for (let step = 0; step < longest; step++) {
    const held: X509Certificate = at
    const signs = (issuer: X509Certificate): boolean =>
      issuer.ca && held.checkIssued(issuer) && held.verify(issuer.publicKey)
    if (ours && (fingerprintOf(at) === fingerprintOf(ours) || signs(ours))) {
      if (!inDate(ours, now)) return { ok: false, message: 'the local authority that signed it has ended' }
      return { ok: true, message: 'signed by the local authority' }
    }
    const root = (known.get(at.issuer) ?? []).find(signs)
    if (root) {
      const name = nameText(root.subject)
      return inDate(root, now)
        ? { ok: true, message: `signed by ${name}, which systems trust` }
        : { ok: false, message: `${name}, which signed it, has ended` }
    }
    const next: X509Certificate | undefined = chain.find((each) => each !== held && signs(each))
    if (!next) {
      const self = at.subject === at.issuer
      return {
        ok: false,
        message: self
          ? `signed by itself (${nameText(at.subject)}), which nobody trusts`
          : `signed by ${nameText(at.issuer)}, which is neither known nor in the chain`,
      }
    }
    if (!inDate(next, now)) return { ok: false, message: `${nameText(next.subject)} in the chain is not in date` }
    at = next
  }
  return { ok: false, message: `the chain is longer than ${longest} certificates` }
}
