import { hostname } from 'node:os'
import type { AuthorityPair, CertificateStore } from '../store.ts'
import { dayMs } from '../view.ts'
import { type Authority, longestDays } from './authority.ts'

const leewayMs = 60_000

/** The authority of this control plane, made when it is first needed. Its key is sealed in the database. */
export function ownAuthority(store: CertificateStore, now: () => number): Authority {
  let making: Promise<AuthorityPair> | null = null

  async function make(): Promise<AuthorityPair> {
    const kept = await store.authority()
    if (kept) return kept
    const { createAuthority } = await import('./sign.ts')
    await store.keepAuthority(
      await createAuthority(`Wheelhouse local authority on ${hostname()}`.slice(0, 64), now()),
      now(),
    )
    // Another control plane on the same database may have been quicker.
    const pair = await store.authority()
    if (!pair) throw new Error('the authority was not kept')
    return pair
  }
  const pair = (): Promise<AuthorityPair> => {
    making ??= make().catch((error: unknown) => {
      making = null
      throw error
    })
    return making
  }

  return {
    source: 'wheelhouse',
    certificate: async () => (await pair()).certificate,
    async issue(domains, days) {
      // Loaded on first use: most starts sign nothing.
      const { signLeaf } = await import('./sign.ts')
      const notBefore = now() - leewayMs
      return signLeaf(await pair(), { domains, notBefore, notAfter: now() + (days ?? longestDays) * dayMs })
    },
  }
}
