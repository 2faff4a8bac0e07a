import type { AuthorityPair } from '../store.ts'

/** Who signs. Certificates and keys are PEM. */
export interface Authority {
  readonly source: 'mkcert' | 'wheelhouse'
  /** Its certificate; the authority is made by the first who asks. */
  certificate(): Promise<string>
  /** `days` is null where the caller leaves it to the authority. */
  issue(domains: readonly string[], days: number | null): Promise<AuthorityPair>
}

/** Also the longest that browsers on Apple systems take from a local authority. */
export const longestDays = 825
