import type { Service, Standing } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { conditionOf } from './condition.ts'
import { Bucket, dayMs, hourMs, startOf } from './series.ts'
import type { HistoryStore, IncidentRow, KeptBucket, SubjectRow } from './store.ts'
import { type Past, placeOf, Subject } from './subject.ts'

const writeMs = 60_000
const keptHoursMs = 8 * dayMs
export const keptDaysMs = 400 * dayMs
/** Services that are gone are forgotten from the longest gone on. */
const mostSubjects = 20_000

export interface RecorderParts {
  readonly store: HistoryStore
  readonly log: Log
  readonly now?: () => number
  /** What the checks of a service say that is wrong; null where they say nothing. */
  why(serviceId: string): string | null
}

/** Follows where every service and every check stands, and writes it down an hour and a day at a time. */
export class Recorder {
  readonly #parts: RecorderParts
  readonly #now: () => number
  readonly #live = new Map<string, Subject>()
  readonly #byService = new Map<string, Subject>()
  /** Of those that are not there. */
  readonly #past = new Map<string, Past>()
  readonly #left = new Set<Subject>()
  #nextId = 1
  #timer: ReturnType<typeof setInterval> | undefined
  #writing: Promise<void> = Promise.resolve()
  #prunedAt = 0

  constructor(parts: RecorderParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
  }

  async start(): Promise<void> {
    const { store } = this.#parts
    const now = this.#now()
    await this.#sumUpDays(now)
    const [rows, open, hours] = await Promise.all([
      store.subjects(),
      store.openIncidents(),
      store.buckets('hour', startOf('day', now)),
    ])
    const incidents = new Map(open.map((incident) => [incident.subjectId, incident]))
    const buckets = Map.groupBy(hours, ({ subjectId }) => subjectId)
    for (const row of rows) {
      this.#nextId = Math.max(this.#nextId, row.id + 1)
      const own = presentOf(buckets.get(row.id) ?? [], now)
      this.#past.set(placeOf(row), { row, buckets: own, incident: incidents.get(row.id) ?? null })
    }
    this.#timer = setInterval(() => void this.write(), writeMs)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.write()
  }

  of(serviceId: string): Subject | null {
    return this.#byService.get(serviceId) ?? null
  }

  see(service: Service): void {
    const now = this.#now()
    const before = this.#byService.get(service.id)
    // A name is a history: one that is renamed leaves its own behind, as a deployment does with the container it replaces.
    if (before && before.place !== placeOf(service)) this.#part(before, now)
    const subject = this.#subjectOf(service, now)
    const condition = conditionOf(service, subject.condition)
    const why = condition.standing === 'down' && service.state !== 'failed' ? this.#parts.why(service.id) : null
    subject.stand(why === null ? condition : { ...condition, reason: why }, service.state !== 'failed', now)
  }

  gone(serviceId: string): void {
    const subject = this.#byService.get(serviceId)
    if (subject) this.#part(subject, this.#now())
  }

  checked(serviceId: string, check: string, standing: Standing, tookMs: number | null): void {
    const subject = this.#byService.get(serviceId)
    if (!subject) return
    const known = subject.condition?.standing === 'unknown' ? 'unknown' : standing
    subject.checked(check, known, tookMs, this.#now())
  }

  keepChecks(serviceId: string, names: ReadonlySet<string>): void {
    this.#byService.get(serviceId)?.keepChecks(names, this.#now())
  }

  /** Writes what has changed; what cannot be written is tried again with the next. One at a time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** When nothing is on its way to the database. */
  idle(): Promise<void> {
    return this.#writing
  }

  async #write(): Promise<void> {
    const now = this.#now()
    const { store, log } = this.#parts
    await this.#endDaysOfGone(now)
    const taken: { subject: Subject; fresh: boolean; what: { buckets: KeptBucket[]; incidents: IncidentRow[] } }[] = []
    for (const subject of [...this.#live.values(), ...this.#left]) {
      const fresh = !subject.stored
      const what = subject.take(now)
      if (what && (fresh || what.buckets.length > 0 || what.incidents.length > 0)) taken.push({ subject, fresh, what })
    }
    const left = [...this.#left]
    if (taken.length > 0)
      try {
        const due = taken.filter(
          ({ subject, fresh }) => fresh || now - subject.row.seenAt > hourMs || this.#left.has(subject),
        )
        const rows = due.map(({ subject }) => (subject.row = { ...subject.row, seenAt: now }))
        const buckets = taken.flatMap(({ what }) => what.buckets)
        const incidents = taken.flatMap(({ what }) => what.incidents)
        await store.put(rows, buckets, incidents)
      } catch (error) {
        for (const { subject, what } of taken) subject.giveBack(what)
        log.warn({ err: error }, 'the health of services was not written; trying again')
        return
      }
    for (const subject of left) if (this.#left.delete(subject)) this.#settle(subject, now)
    if (now - this.#prunedAt > hourMs)
      await this.#prune(now).catch((error: unknown) => log.warn({ err: error }, 'old health was not deleted'))
  }

  #subjectOf(service: Service, now: number): Subject {
    const place = placeOf(service)
    const known = this.#live.get(place)
    if (known) {
      if (known.serviceId !== service.id) {
        this.#byService.delete(known.serviceId)
        known.serviceId = service.id
        this.#byService.set(service.id, known)
      }
      return known
    }
    // It came back before its end was written.
    const left = [...this.#left].find((subject) => subject.place === place)
    if (left) {
      this.#left.delete(left)
      left.serviceId = service.id
    }
    const past = this.#past.get(place) ?? null
    const { targetId, stack, name } = service
    const row: SubjectRow = past?.row ?? {
      id: this.#nextId++,
      targetId,
      stack: stack ?? '',
      name,
      since: now,
      seenAt: now,
    }
    const subject = left ?? new Subject(service, row, past)
    this.#past.delete(place)
    this.#live.set(place, subject)
    this.#byService.set(service.id, subject)
    return subject
  }

  #part(subject: Subject, now: number): void {
    this.#byService.delete(subject.serviceId)
    this.#live.delete(subject.place)
    const proven = subject.isProven(now)
    subject.end(now)
    subject.condition = null
    if (proven) this.#left.add(subject)
  }

  /** Its end is written: what remains in memory is what a return would need. */
  #settle(subject: Subject, now: number): void {
    if (!subject.stored || this.#live.has(subject.place)) return
    const series = [['', subject.whole] as const, ...subject.checks()]
    const buckets = series.flatMap(([checkName, one]) =>
      one ? [one.hour, one.day].map((bucket) => ({ subjectId: subject.row.id, checkName, bucket })) : [],
    )
    this.#past.set(subject.place, { row: { ...subject.row, seenAt: now }, buckets, incident: null })
  }

  /** The last day of one that left before it was over. */
  async #endDaysOfGone(now: number): Promise<void> {
    const today = startOf('day', now)
    const isOver = ({ bucket }: KeptBucket): boolean => bucket.span === 'day' && bucket.at < today
    for (const [place, past] of this.#past) {
      const over = past.buckets.filter(isOver)
      if (over.length === 0) continue
      const said = over.filter(({ bucket }) => bucket.upMs + bucket.downMs + bucket.results > 0)
      await this.#parts.store.put([], said, [])
      if (this.#past.get(place) === past)
        this.#past.set(place, { ...past, buckets: past.buckets.filter((one) => !isOver(one)) })
    }
  }

  /** Days that ended while we did not run are made of their hours. */
  async #sumUpDays(now: number): Promise<void> {
    const { store } = this.#parts
    const today = startOf('day', now)
    const last = await store.lastDay()
    const since = Math.max(last === null ? 0 : last + dayMs, today - keptHoursMs)
    if (since >= today) return
    const days = new Map<string, KeptBucket>()
    for (const { subjectId, checkName, bucket } of await store.buckets('hour', since)) {
      if (bucket.at >= today) continue
      const at = startOf('day', bucket.at)
      const key = JSON.stringify([subjectId, checkName, at])
      const day = days.get(key) ?? { subjectId, checkName, bucket: new Bucket('day', at) }
      day.bucket.add(bucket)
      days.set(key, day)
    }
    if (days.size > 0) await store.put([], [...days.values()], [])
  }

  async #prune(now: number): Promise<void> {
    const { store } = this.#parts
    this.#prunedAt = now
    await store.prune(now, keptHoursMs, keptDaysMs)
    const gone = [...this.#past].toSorted(([, a], [, b]) => b.row.seenAt - a.row.seenAt)
    const old = gone.filter(([, { row }], index) => index >= mostSubjects || row.seenAt < now - keptDaysMs)
    await store.drop(old.map(([, { row }]) => row.id))
    for (const [place] of old) this.#past.delete(place)
    // One that failed when we were ended and never came back: it is known to have lasted until it was last seen.
    for (const [place, past] of this.#past) {
      if (!past.incident || now - past.row.seenAt < hourMs) continue
      await store.put([], [], [{ ...past.incident, endedAt: Math.max(past.row.seenAt, past.incident.startedAt) }])
      this.#past.set(place, { ...past, incident: null })
    }
  }
}

/** The present hour and day of what was kept since the day began. */
function presentOf(hours: readonly KeptBucket[], now: number): KeptBucket[] {
  const days = new Map<string, KeptBucket>()
  for (const { subjectId, checkName, bucket } of hours) {
    const day = days.get(checkName) ?? { subjectId, checkName, bucket: new Bucket('day', startOf('day', now)) }
    day.bucket.add(bucket)
    days.set(checkName, day)
  }
  return [...days.values(), ...hours.filter(({ bucket }) => bucket.at === startOf('hour', now))]
}
