import { randomUUID } from 'node:crypto'
import type { Service, Standing } from '@wheelhouse/contract'
import type { Condition } from './condition.ts'
import { Series } from './series.ts'
import type { IncidentRow, KeptBucket, SubjectRow } from './store.ts'

/** One that is gone sooner leaves no trace: containers of a minute would fill the database with names that never return. */
const provenMs = 60_000

/** What is known of a service before it was looked at. */
export interface Past {
  readonly row: SubjectRow
  readonly buckets: readonly KeptBucket[]
  readonly incident: IncidentRow | null
}

export const placeOf = ({ targetId, stack, name }: Pick<Service, 'targetId' | 'stack' | 'name'>): string =>
  JSON.stringify([targetId, stack ?? '', name])

/** A service under its name, while it is there: where it and each of its checks stand, and the incident it is in. */
export class Subject {
  readonly place: string
  serviceId: string
  row: SubjectRow
  condition: Condition | null = null
  /** When it came to stand so; null where that was before we looked. */
  since: number | null = null
  incident: IncidentRow | null
  readonly #series = new Map<string, Series>()
  readonly #past: ReadonlyMap<string, KeptBucket[]>
  #stored: boolean
  #incidents = new Map<string, IncidentRow>()

  constructor(service: Service, row: SubjectRow, past: Past | null) {
    this.place = placeOf(service)
    this.serviceId = service.id
    this.row = row
    this.incident = past?.incident ?? null
    this.#stored = past !== null
    this.#past = Map.groupBy(past?.buckets ?? [], ({ checkName }) => checkName)
  }

  get stored(): boolean {
    return this.#stored
  }
  /** Whether it is worth a row. */
  isProven(now: number): boolean {
    return this.#stored || now - this.row.since >= provenMs || this.#series.size > 1
  }
  get whole(): Series | undefined {
    return this.#series.get('')
  }
  checks(): [string, Series][] {
    return [...this.#series].filter(([name]) => name !== '')
  }

  /** Incidents that are not written yet, as they are now. */
  unwritten(): readonly IncidentRow[] {
    return [...this.#incidents.values()]
  }

  /** `runs`: its checks speak for themselves; otherwise they stand where it stands. */
  stand(condition: Condition, runs: boolean, now: number): void {
    const before = this.condition
    this.condition = condition
    if (before?.standing !== condition.standing) {
      this.since = before === null ? null : now
      this.#of('', now).turn(condition.standing, now)
    }
    // What a check found last says nothing of a service that is no longer there to be asked.
    if (!runs || condition.standing === 'unknown')
      for (const [, series] of this.checks())
        if (series.standing !== condition.standing) series.turn(condition.standing, now)
    this.#judge(condition, now)
  }

  checked(name: string, standing: Standing, tookMs: number | null, now: number): void {
    const series = this.#of(name, now)
    if (series.standing !== standing) series.turn(standing, now)
    if (tookMs !== null) series.observe(tookMs, now)
  }

  /** Its checks may be others now; what was kept of those that went stays. */
  keepChecks(names: ReadonlySet<string>, now: number): void {
    for (const [name, series] of this.checks()) if (!names.has(name)) series.turn('unknown', now)
  }

  /** It is no longer there. */
  end(now: number): void {
    for (const series of this.#series.values()) series.turn('unknown', now)
    this.#close(now)
  }

  /** What is to be written; null while it is too young. */
  take(now: number): { buckets: KeptBucket[]; incidents: IncidentRow[] } | null {
    for (const series of this.#series.values()) series.spendUntil(now)
    if (!this.isProven(now)) return null
    this.#stored = true
    const subjectId = this.row.id
    const buckets = [...this.#series].flatMap(([checkName, series]) =>
      series.take().map((bucket) => ({ subjectId, checkName, bucket })),
    )
    const incidents = [...this.#incidents.values()]
    this.#incidents = new Map()
    return { buckets, incidents }
  }
  giveBack({ buckets, incidents }: { buckets: readonly KeptBucket[]; incidents: readonly IncidentRow[] }): void {
    for (const [name, some] of Map.groupBy(buckets, ({ checkName }) => checkName))
      this.#series.get(name)?.giveBack(some.map(({ bucket }) => bucket))
    for (const incident of incidents) if (!this.#incidents.has(incident.id)) this.#incidents.set(incident.id, incident)
  }

  #of(name: string, now: number): Series {
    const known = this.#series.get(name)
    if (known) return known
    const of = (span: string) => this.#past.get(name)?.find(({ bucket }) => bucket.span === span)?.bucket
    const series = new Series(now, of('hour'), of('day'))
    this.#series.set(name, series)
    return series
  }

  #judge({ standing, reason }: Condition, now: number): void {
    if (standing === 'down') {
      if (this.incident) return
      this.incident = {
        id: randomUUID(),
        subjectId: this.row.id,
        startedAt: now,
        endedAt: null,
        reason: reason ?? 'not known',
      }
      this.#incidents.set(this.incident.id, this.incident)
    } else if (standing === 'up') this.#close(now)
  }

  #close(now: number): void {
    if (!this.incident) return
    const ended = { ...this.incident, endedAt: Math.max(now, this.incident.startedAt) }
    this.#incidents.set(ended.id, ended)
    this.incident = null
  }
}
