import { randomUUID } from 'node:crypto'
import type { Service } from '@wheelhouse/contract'
import type { HistoryStore, LifeRow } from './store.ts'

const keptLives = 200
const isOver = new Set<Service['state']>(['stopped', 'failed'])

/** From which start to which end services ran: read from what their targets tell, one change after the other. */
export class Lives {
  readonly #store: HistoryStore
  readonly #open = new Map<number, LifeRow>()

  constructor(store: HistoryStore) {
    this.#store = store
  }

  async load(): Promise<void> {
    for (const row of await this.#store.openLives()) this.#open.set(row.sourceId, row)
  }

  /** To be called with every change of a service, in their order. */
  async see(sourceId: number, service: Service): Promise<void> {
    if (service.startedAt === null || service.stale || service.state === 'unknown') return
    const startedAt = Date.parse(service.startedAt)
    const open = this.#open.get(sourceId)
    // Engines give a new time with every start; a little apart is one and the same, told twice.
    const isSame = open !== undefined && Math.abs(open.startedAt - startedAt) < 5
    if (open && !isSame && startedAt > open.startedAt)
      await this.#end(open, { endedAt: startedAt, exitCode: null, outcome: 'unknown', reason: null })
    if (isOver.has(service.state)) {
      if (open && isSame) await this.#end(open, ending(service))
      return
    }
    if (isSame) return
    const { image } = service
    const row: LifeRow = {
      id: randomUUID(),
      sourceId,
      image,
      startedAt,
      endedAt: null,
      exitCode: null,
      outcome: 'running',
      reason: null,
    }
    this.#open.set(sourceId, row)
    await this.#store.putLife(row)
    await this.#store.pruneLives(sourceId, keptLives)
  }

  /** The service is no longer there. */
  async gone(sourceId: number, now: number): Promise<void> {
    const open = this.#open.get(sourceId)
    if (open) await this.#end(open, { endedAt: now, exitCode: null, outcome: 'removed', reason: null })
  }

  async #end(row: LifeRow, how: Pick<LifeRow, 'endedAt' | 'exitCode' | 'outcome' | 'reason'>): Promise<void> {
    this.#open.delete(row.sourceId)
    await this.#store.putLife({ ...row, ...how })
  }
}

function ending({ state, exitCode, reason, changedAt }: Service) {
  const outcome = state === 'failed' && exitCode !== 0 ? ('crashed' as const) : ('ended' as const)
  return { endedAt: Date.parse(changedAt), exitCode, outcome, reason }
}
