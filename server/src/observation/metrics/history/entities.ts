import { Failure, type Service } from '@wheelhouse/contract'
import type { EntityRow, MetricStore } from './store.ts'

/** What narrows a question to some services. */
export interface Selection {
  readonly service?: string | undefined
  readonly stack?: string | undefined
  /** An id, or a name where no target of that id is there. */
  readonly target?: string | undefined
}

type Told = Omit<EntityRow, 'id' | 'seenAt'>

const keyOf = ({ subject, targetId, stack, name, labels }: Told): string =>
  JSON.stringify([subject, targetId, stack, name, labels])
const firstSecond = Date.UTC(2025, 0, 1) / 1000
/** More are not kept; of those that are gone the ones go that went first. */
const mostEntities = 200_000

/** A task of a Swarm is called after its slot and an id of its own: its history is that of the slot. */
const taskName = ({ name, taskOf }: Service): string =>
  taskOf === undefined ? name : name.replace(/\.[0-9a-z]{25}$/, '')

/** Everybody whose readings are or were kept. All of it is in memory; what is new is written down with the readings it is for. */
export class Entities {
  readonly #store: MetricStore
  readonly #byKey = new Map<string, EntityRow>()
  readonly #byId = new Map<number, EntityRow>()
  readonly #byService = new Map<string, EntityRow>()
  readonly #unwritten = new Set<number>()
  #last = 0

  constructor(store: MetricStore) {
    this.#store = store
  }

  async load(): Promise<void> {
    for (const row of await this.#store.entities()) {
      this.#keep(row)
      this.#last = Math.max(this.#last, row.id)
    }
  }

  get size(): number {
    return this.#byId.size
  }
  all(): IterableIterator<EntityRow> {
    return this.#byId.values()
  }
  byId(id: number): EntityRow | null {
    return this.#byId.get(id) ?? null
  }
  /** That of a service that is or was there; not those of its endpoint. */
  ofService(serviceId: string): EntityRow | null {
    return this.#byService.get(serviceId) ?? null
  }

  service(service: Service, now: number): EntityRow {
    const known = this.#byService.get(service.id)
    const name = taskName(service)
    const { targetId, targetName, stack, stackService, id: serviceId } = service
    if (known?.name === name && known.stack === stack && known.targetName === targetName) return known
    const told = {
      subject: 'service',
      targetId,
      targetName,
      name,
      stack,
      stackService,
      serviceId,
      labels: null,
    } as const
    return this.#told(told, now)
  }

  target(targetId: string, targetName: string, now: number): EntityRow {
    const none = { stack: null, stackService: null, serviceId: null, labels: null }
    return this.#told({ subject: 'target', targetId, targetName, name: targetName, ...none }, now)
  }

  /** A series of the endpoint of a service. */
  labelled({ id: _, seenAt: __, ...of }: EntityRow, labels: string, now: number): EntityRow {
    return this.#told({ ...of, labels }, now)
  }

  /** Writes down what is new. What fails is tried again the next time. */
  async flush(): Promise<void> {
    if (this.#unwritten.size === 0) return
    const rows = [...this.#unwritten].flatMap((id) => this.#byId.get(id) ?? [])
    this.#unwritten.clear()
    try {
      await this.#store.putEntities(rows)
    } catch (error) {
      for (const { id } of rows) this.#unwritten.add(id)
      throw error
    }
  }

  /** Those who are there now are marked so; who was last there before `beforeMs` is forgotten. */
  async tidy(here: ReadonlySet<number>, now: number, beforeMs: number): Promise<void> {
    for (const id of here) {
      const row = this.#byId.get(id)
      if (row) this.#keep({ ...row, seenAt: Math.max(row.seenAt, now) })
      this.#unwritten.add(id)
    }
    await this.flush()
    const gone = [...this.#byId.values()].filter(({ id }) => !here.has(id)).sort((a, b) => a.seenAt - b.seenAt)
    const tooMany = this.#byId.size - mostEntities
    const old = gone.filter(({ seenAt }, index) => seenAt < beforeMs || index < tooMany)
    await this.#store.dropEntities(old.map(({ id }) => id))
    for (const row of old) {
      this.#byId.delete(row.id)
      this.#byKey.delete(keyOf(row))
      if (row.serviceId !== null && this.#byService.get(row.serviceId)?.id === row.id)
        this.#byService.delete(row.serviceId)
    }
  }

  /**
   * Those that are meant, of what `visible` lets through. `stack/service` stands for every replica. Of a question about services the targets
   * are left out, and the other way round. Throws NOT_FOUND for a name of nobody.
   */
  select(subject: EntityRow['subject'], selection: Selection, visible: (row: EntityRow) => boolean): EntityRow[] {
    const { service, stack, target } = selection
    const seen = new Map<string, boolean>()
    const mayBeSeen = (row: EntityRow): boolean => {
      const place = `${row.targetId} ${row.serviceId}`
      const known = seen.get(place) ?? visible(row)
      seen.set(place, known)
      return known
    }
    const within = [...this.#byId.values()].filter(
      (row) =>
        (stack === undefined || row.stack === stack || row.subject === 'target') &&
        (target === undefined || row.targetId === target || row.targetName === target) &&
        mayBeSeen(row),
    )
    if (service === undefined)
      return within.filter((row) => row.subject === subject && (stack === undefined || row.stack === stack))
    const meant = new Set<EntityRow>()
    for (const reference of service.split(',').map((word) => word.trim())) {
      if (reference === '') continue
      const named = within.filter((row) => row.subject === 'service' && isCalled(row, reference))
      if (named.length === 0)
        throw new Failure('NOT_FOUND', `No readings are kept of "${reference}".`, { kind: 'service', id: reference })
      for (const row of named) meant.add(row)
    }
    return [...meant].filter((row) => row.subject === subject)
  }

  #told(told: Told, now: number): EntityRow {
    const known = this.#byKey.get(keyOf(told))
    if (
      known?.targetName === told.targetName &&
      known.serviceId === told.serviceId &&
      known.stackService === told.stackService
    )
      return known
    const id = known?.id ?? this.#newId(now)
    this.#leaveName(told, id)
    this.#unwritten.add(id)
    return this.#keep({ ...told, id, seenAt: now })
  }

  /** One that is called otherwise now is not what it was called before: that name is one of a service that is gone. */
  #leaveName({ serviceId, labels }: Told, id: number): void {
    const before = serviceId === null || labels !== null ? undefined : this.#byService.get(serviceId)
    if (before === undefined || before.id === id) return
    this.#unwritten.add(before.id)
    this.#keep({ ...before, serviceId: null })
  }

  /**
   * A number that none ever had, also where the database is older than the readings, as after it was restored from a backup: numbers rise
   * no slower than the seconds do.
   */
  #newId(now: number): number {
    this.#last = Math.max(this.#last + 1, Math.floor(now / 1000 - firstSecond))
    return this.#last
  }

  #keep(row: EntityRow): EntityRow {
    this.#byId.set(row.id, row)
    this.#byKey.set(keyOf(row), row)
    if (row.serviceId !== null && row.labels === null) this.#byService.set(row.serviceId, row)
    return row
  }
}

function isCalled(row: EntityRow, reference: string): boolean {
  const { serviceId, name, targetName, stack, stackService, targetId } = row
  if (serviceId === reference || name === reference || `${targetName}:${name}` === reference) return true
  if (stackService !== null && `${stack}/${stackService}` === reference) return true
  return (
    serviceId !== null &&
    /^[0-9a-f]{12,64}$/.test(reference) &&
    serviceId.slice(targetId.length + 1).startsWith(reference)
  )
}
