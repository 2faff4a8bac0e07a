import type { NewEvent } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { readChain } from './certificate-text.ts'
import type { CertificateStore, ExpiryLevel } from './store.ts'
import { dayMs, daysLeftOf, expiringDays } from './view.ts'

const weekDays = 7
/** Told once a day all the same: this is how soon a new day, or a new certificate, is noticed. */
const lookEveryMs = 3_600_000

export interface ExpiryParts {
  readonly store: CertificateStore
  readonly log: Log
  readonly now: () => number
  announce(event: NewEvent): unknown
}

export function levelOf(daysLeft: number): ExpiryLevel | null {
  if (daysLeft < 0) return 'expired'
  if (daysLeft < weekDays) return 'week'
  return daysLeft < expiringDays ? 'month' : null
}

/** Tells of certificates that end soon: once a day each, and at once when it gets worse. */
export function watchExpiry(parts: ExpiryParts) {
  let timer: ReturnType<typeof setInterval> | undefined

  async function look(): Promise<void> {
    const now = parts.now()
    for (const record of await parts.store.all()) {
      const [leaf] = readChain(record.certificate)
      const left = daysLeftOf(leaf, now)
      const level = levelOf(left)
      if (level === null) continue
      if (!(await parts.store.claimTelling(record.id, level, now, Math.floor(now / dayMs) * dayMs))) continue
      const when = left === 0 ? 'today' : `in ${left} ${left === 1 ? 'day' : 'days'}`
      const ended = leaf.validToDate.toISOString().slice(0, 10)
      parts.announce({
        type: 'certificate.expiring',
        severity: level === 'month' ? 'warning' : 'error',
        message:
          level === 'expired'
            ? `The certificate ${record.name} ended on ${ended}. Generate it anew or import its successor.`
            : `The certificate ${record.name} ends ${when}. Generate it anew or import its successor.`,
        data: { certificateId: record.id, name: record.name, daysLeft: left, notAfter: leaf.validToDate.toISOString() },
      })
    }
  }
  const quietly = (): Promise<void> =>
    look().catch((error: unknown) => parts.log.warn({ err: error }, 'the ends of certificates were not looked at'))

  return {
    look,
    async start(): Promise<void> {
      await quietly()
      timer = setInterval(() => void quietly(), lookEveryMs)
      timer.unref()
    },
    close(): void {
      clearInterval(timer)
    },
  }
}
