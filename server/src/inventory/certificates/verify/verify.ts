import type { X509Certificate } from 'node:crypto'
import type { OutputOf, certificates } from '@wheelhouse/contract'
import { domainsOf } from '../certificate-text.ts'
import { covers } from '../domain-name.ts'
import { daysLeftOf } from '../view.ts'
import { judgeChain } from './chain.ts'

export type Check = OutputOf<typeof certificates.verify>['checks'][number]

/** Name, dates and chain, each with what was found. */
export function judge(
  chain: readonly X509Certificate[],
  domain: string,
  authority: X509Certificate | null,
  now: number,
): Check[] {
  const [leaf] = chain
  if (!leaf) return [{ name: 'certificate', ok: false, message: 'there is none' }]
  const domains = domainsOf(leaf)
  const match = domains.find((each) => covers(each, domain))
  const [from, to] = [leaf.validFromDate, leaf.validToDate]
  const day = (date: Date): string => date.toISOString().slice(0, 10)
  const early = from.getTime() > now
  const late = to.getTime() <= now
  const left = daysLeftOf(leaf, now)
  return [
    {
      name: 'domain',
      ok: match !== undefined,
      message:
        match === undefined
          ? `it is for ${domains.slice(0, 5).join(', ') || 'no domain'}, not for ${domain}`
          : match === domain
            ? `it is for ${domain}`
            : `${match} covers ${domain}`,
    },
    {
      name: 'dates',
      ok: !early && !late,
      message: early
        ? `it begins on ${day(from)}`
        : late
          ? `it ended on ${day(to)}`
          : `it lasts until ${day(to)}, ${left} ${left === 1 ? 'day' : 'days'} more`,
    },
    { name: 'chain', ...judgeChain(chain, authority, now) },
  ]
}
