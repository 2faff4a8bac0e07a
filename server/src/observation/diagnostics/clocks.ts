import { setTimeout as sleep } from 'node:timers/promises'
import type { Registry } from '../../inventory/targets/index.ts'

const everyMs = 300_000
const firstAfterMs = 15_000
const patienceMs = 5_000

export interface Drift {
  readonly targetId: string
  /** Positive where its clock is ahead of ours. */
  readonly driftMs: number
}

/** How far the clocks of targets that tell their time are from ours, asked now and then. */
export class Clocks {
  readonly #registry: Registry
  readonly #drifts = new Map<string, number>()
  readonly #stop = new AbortController()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  start(): void {
    void this.#again()
  }
  close(): void {
    this.#stop.abort()
  }
  of(targetId: string): number | null {
    return this.#drifts.get(targetId) ?? null
  }
  all(): Drift[] {
    return [...this.#drifts].map(([targetId, driftMs]) => ({ targetId, driftMs }))
  }

  async look(): Promise<void> {
    const records = this.#registry.records()
    await Promise.all(records.map(({ id }) => this.#ask(id)))
    for (const id of this.#drifts.keys()) if (!records.some((record) => record.id === id)) this.#drifts.delete(id)
  }

  async #again(): Promise<void> {
    const { signal } = this.#stop
    for (let waitMs = firstAfterMs; !signal.aborted; waitMs = everyMs) {
      if (await sleep(waitMs, false, { ref: false, signal }).catch(() => true)) return
      await this.look()
    }
  }

  async #ask(id: string): Promise<void> {
    try {
      const { system } = this.#registry.connected(id)
      if (!system) return
      const asked = Date.now()
      const { info } = await Promise.race([
        system.info(),
        sleep(patienceMs, null, { ref: false }).then(() => Promise.reject(new Error('late'))),
      ])
      const told = Date.parse(String((info as { SystemTime?: unknown }).SystemTime))
      // It told its time somewhere between the question and the answer.
      const middle = (asked + Date.now()) / 2
      if (Number.isFinite(told)) this.#drifts.set(id, Math.round(told - middle))
    } catch {
      this.#drifts.delete(id)
    }
  }
}
