import { Failure } from '@wheelhouse/contract'
import type { State } from '@wheelhouse/platform/state'

export interface RateLimits {
  /** Requests a minute of one caller (user, token or address). */
  readonly perCaller: number
  /** Tries to sign in or set up a minute from one address. */
  readonly signIn: number
}

const minuteMs = 60_000
/** Deliveries to webhooks a minute from one address: each is an entry of the audit, whoever sends it. */
const deliveriesPerMinute = 120
const deliveries = new Set(['triggers.receive', 'stackSources.receive'])
const guarded = new Set(['auth.login', 'auth.setup', 'auth.changePassword'])

/** Counts in fixed minutes in the shared state, so that several instances share the limit. Throws RATE_LIMITED. */
export function createRateLimit(
  state: State,
  limits: RateLimits,
): (who: string, ip: string, operation: string) => Promise<void> {
  async function count(key: string, limit: number): Promise<void> {
    const name = `rate:${key}`
    const seen = await state.increment(name, 1, minuteMs)
    if (seen <= limit) return
    const retryAfterMs = (await state.ttlMs(name)) ?? minuteMs
    const seconds = Math.ceil(retryAfterMs / 1000)
    throw new Failure('RATE_LIMITED', `More than ${limit} requests in a minute. Wait ${seconds} s.`, {
      limit,
      retryAfterMs,
    })
  }
  return async (who, ip, operation) => {
    await count(who, limits.perCaller)
    if (deliveries.has(operation)) await count(`delivery:${ip}`, deliveriesPerMinute)
    if (guarded.has(operation)) await count(`sign-in:${ip}`, limits.signIn)
  }
}
