import { Failure, type Service } from '@wheelhouse/contract'
import type { HistoryStore, SourceRow } from './store.ts'

/** What narrows a question to some services. */
export interface Which {
  readonly service?: string | undefined
  readonly stack?: string | undefined
  readonly target?: string | undefined
}

type Named = Pick<Service, 'id' | 'targetId' | 'targetName' | 'kind' | 'name' | 'stack' | 'stackService'>

/** Lines of the same name on the same target are one history, whichever container said them. */
export const groupOf = ({ targetId, stack, name }: Pick<SourceRow, 'targetId' | 'stack' | 'name'>): string =>
  JSON.stringify([targetId, stack, name])

/** Everything whose lines are or were kept. All of it is in memory: questions are narrowed here before files are opened. */
export class Sources {
  readonly #store: HistoryStore
  readonly #rows = new Map<string, SourceRow>()
  readonly #byId = new Map<number, SourceRow>()
  readonly #making = new Map<string, Promise<SourceRow>>()
  #next = 1

  constructor(store: HistoryStore) {
    this.#store = store
  }

  async load(): Promise<void> {
    for (const row of await this.#store.sources()) this.#keep(row)
    this.#next = Math.max(...this.#byId.keys(), 0) + 1
  }

  /** Lines are kept under this number already. The database may be older than they are, and nothing new may inherit them. */
  passOver(number: number): void {
    this.#next = Math.max(this.#next, number + 1)
  }

  get size(): number {
    return this.#rows.size
  }
  all(): IterableIterator<SourceRow> {
    return this.#rows.values()
  }
  byId(id: number): SourceRow | null {
    return this.#byId.get(id) ?? null
  }

  /** The row of a service; made when it is new, changed when the service is called otherwise now. */
  of(service: Named, now: number): Promise<SourceRow> {
    const { id: serviceId, targetId, targetName, kind, name, stack, stackService } = service
    const known = this.#rows.get(serviceId)
    const same =
      known?.name === name &&
      known.stack === stack &&
      known.stackService === stackService &&
      known.targetName === targetName
    if (known && same) return Promise.resolve(known)
    const before = this.#making.get(serviceId) ?? Promise.resolve(null)
    const making = before.then(async () => {
      const id = this.#rows.get(serviceId)?.id ?? this.#next++
      const row = { id, serviceId, targetId, targetName, kind, name, stack, stackService, seenAt: now }
      await this.#store.putSource(row)
      return this.#keep(row)
    })
    this.#making.set(serviceId, making)
    return making.finally(() => {
      if (this.#making.get(serviceId) === making) this.#making.delete(serviceId)
    })
  }

  /** Its row; null where none of its lines were ever kept. */
  async gone(serviceId: string, now: number): Promise<SourceRow | null> {
    const row = this.#rows.get(serviceId)
    if (row) await this.#store.putSource(this.#keep({ ...row, seenAt: now }))
    return row ?? null
  }

  async drop(rows: readonly SourceRow[]): Promise<void> {
    if (rows.length === 0) return
    await this.#store.dropSources(rows.map(({ id }) => id))
    for (const { id, serviceId } of rows) {
      this.#byId.delete(id)
      this.#rows.delete(serviceId)
    }
  }

  /**
   * Those that are meant, of what `visible` lets through. A service stands for all that had its name on its target before it; `stack/service`
   * for every replica. Throws NOT_FOUND for a name of nobody.
   */
  select({ service, stack, target }: Which, visible: (row: SourceRow) => boolean): SourceRow[] {
    const within = [...this.#rows.values()].filter(
      (row) =>
        (stack === undefined || row.stack === stack) &&
        (target === undefined || row.targetId === target || row.targetName === target) &&
        visible(row),
    )
    if (service === undefined) return within
    const groups = new Set<string>()
    const replicas = new Set<string>()
    for (const reference of service.split(',').map((word) => word.trim())) {
      if (reference === '') continue
      const named = within.filter((row) => isCalled(row, reference))
      const slash = within.some((row) => row.stackService !== null && `${row.stack}/${row.stackService}` === reference)
      if (named.length === 0 && !slash)
        throw new Failure(
          'NOT_FOUND',
          `No lines are kept of "${reference}". wh log sources lists whose lines there are.`,
          { kind: 'service', id: reference },
        )
      for (const row of named) groups.add(groupOf(row))
      if (slash) replicas.add(reference)
    }
    return within.filter((row) => groups.has(groupOf(row)) || replicas.has(`${row.stack}/${row.stackService}`))
  }

  #keep(row: SourceRow): SourceRow {
    this.#rows.set(row.serviceId, row)
    this.#byId.set(row.id, row)
    return row
  }
}

function isCalled(row: SourceRow, reference: string): boolean {
  if (row.serviceId === reference || row.name === reference || String(row.id) === reference) return true
  if (`${row.targetName}:${row.name}` === reference) return true
  return /^[0-9a-f]{12,64}$/.test(reference) && row.serviceId.slice(row.targetId.length + 1).startsWith(reference)
}
