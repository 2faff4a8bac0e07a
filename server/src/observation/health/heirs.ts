import type { HealthCheckSpec } from '@wheelhouse/contract'

interface Left {
  readonly serviceId: string
  readonly specs: HealthCheckSpec[]
  readonly timer: ReturnType<typeof setTimeout>
}

/** Longer than pulling an image and making a container anew mostly takes. */
const graceMs = 600_000

/**
 * Checks that people set on services that have gone. A service that is made anew (a deployment, a changed command) comes back
 * under its name, on an engine with another id: it inherits them. When none comes they are forgotten.
 */
export class Heirs {
  readonly #left = new Map<string, Left>()
  readonly #forget: (serviceId: string) => void

  constructor(forget: (serviceId: string) => void) {
    this.#forget = forget
  }

  leave(place: string, serviceId: string, specs: HealthCheckSpec[]): void {
    clearTimeout(this.#left.get(place)?.timer)
    const timer = setTimeout(() => {
      this.#left.delete(place)
      this.#forget(serviceId)
    }, graceMs)
    timer.unref()
    this.#left.set(place, { serviceId, specs, timer })
  }

  /** What the service of that place inherits; null when there is nothing. */
  inherit(place: string): Omit<Left, 'timer'> | null {
    const left = this.#left.get(place)
    if (!left) return null
    clearTimeout(left.timer)
    this.#left.delete(place)
    return left
  }

  close(): void {
    for (const { timer } of this.#left.values()) clearTimeout(timer)
  }
}
