import type { CheckResult, HealthCheckSpec, HealthState } from '@wheelhouse/contract'

const windowMs = 600_000
const mostTurns = 5

/** What to say of a verdict: nothing, the turn itself, or once that there are too many of them to be told each. */
export type Say = 'nothing' | 'turn' | 'flapping'

/** What was last said of a service's health, so that only real turns are told: not every start of a check, not every flap. */
export class Turns {
  #told: HealthState | null
  #turns: number[] = []
  #flapping = false

  constructor(told: HealthState | null) {
    this.#told = told
  }

  next(verdict: HealthState, now: number): Say {
    // A check that begins, or ends for good, is no news of the service.
    if (verdict !== 'healthy' && verdict !== 'unhealthy') return 'nothing'
    if (verdict === this.#told) return 'nothing'
    this.#told = verdict
    this.#turns = [...this.#turns.filter((at) => now - at < windowMs), now]
    const many = this.#turns.length > mostTurns
    const news = many && !this.#flapping
    this.#flapping = many
    return news ? 'flapping' : many ? 'nothing' : 'turn'
  }
}

/** What the results kept from before a restart say was told last; null when there are none. */
export function toldBefore(
  past: readonly { readonly spec: HealthCheckSpec; readonly results: readonly CheckResult[] }[],
): HealthState | null {
  const known = past.filter(({ results }) => results.length > 0)
  if (known.length === 0) return null
  const failing = ({ spec, results }: (typeof known)[number]): boolean =>
    results.length >= spec.retries && results.slice(-spec.retries).every((result) => !result.ok)
  return known.some(failing) ? 'unhealthy' : 'healthy'
}
