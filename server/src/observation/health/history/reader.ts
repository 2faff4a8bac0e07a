import type {
  CheckBucket,
  HealthBucket,
  HealthHistory,
  HealthSpan,
  Service,
  Uptime,
  UptimeRow,
} from '@wheelhouse/contract'
import type { Recorder } from './recorder.ts'
import { type Bucket, dayMs, hourMs, type Span, startOf } from './series.ts'
import type { HistoryStore } from './store.ts'
import type { Subject } from './subject.ts'

const bars = 90
const mostIncidents = 200
/** Days that are over are written within a minute of their end. */
const settledMs = 180_000
const spans: Readonly<Record<HealthSpan, { readonly span: Span; readonly count: number }>> = {
  '24h': { span: 'hour', count: 24 },
  '7d': { span: 'hour', count: 168 },
  '30d': { span: 'day', count: 30 },
  '90d': { span: 'day', count: 90 },
}
const lengths: Readonly<Record<Span, number>> = { hour: hourMs, day: dayMs }

interface Spent {
  readonly upMs: number
  readonly downMs: number
}
type Kept = ReadonlyMap<number, ReadonlyMap<number, Spent>>

const iso = (at: number): string => new Date(at).toISOString()

export function shareOf(spent: Iterable<Spent | undefined>): number | null {
  let up = 0
  let down = 0
  for (const one of spent) {
    up += one?.upMs ?? 0
    down += one?.downMs ?? 0
  }
  return up + down === 0 ? null : up / (up + down)
}

function bySubject(rows: readonly ({ subjectId: number; at: number } & Spent)[]): Kept {
  const found = new Map<number, Map<number, Spent>>()
  for (const { subjectId, at, upMs, downMs } of rows) {
    const own = found.get(subjectId) ?? new Map<number, Spent>()
    own.set(at, { upMs, downMs })
    found.set(subjectId, own)
  }
  return found
}

/** Answers what the recorder has written, with what it has not written yet. */
export class HistoryReader {
  readonly #store: HistoryStore
  readonly #recorder: Recorder
  readonly #now: () => number
  #days: { readonly at: number; readonly rows: Kept } | null = null
  #hours: { readonly at: number; readonly rows: Kept } | null = null

  constructor(store: HistoryStore, recorder: Recorder, now: () => number = Date.now) {
    this.#store = store
    this.#recorder = recorder
    this.#now = now
  }

  /** Services whose past is in memory. */
  remembered(): number {
    return new Set([...(this.#days?.rows.keys() ?? []), ...(this.#hours?.rows.keys() ?? [])]).size
  }
  forget(): void {
    this.#days = null
    this.#hours = null
  }

  firstDay(): string {
    return iso(startOf('day', this.#now()) - (bars - 1) * dayMs)
  }

  async rows(services: readonly Service[]): Promise<UptimeRow[]> {
    const now = this.#now()
    const [days, hours] = await Promise.all([this.#keptDays(now), this.#keptHours(now)])
    return services.map((service) => this.#row(service, days, hours, now))
  }

  async history(service: Service, span: HealthSpan): Promise<HealthHistory> {
    await this.#recorder.idle()
    const now = this.#now()
    const { span: of, count } = spans[span]
    const length = lengths[of]
    const first = startOf(of, now) - (count - 1) * length
    const subject = this.#recorder.of(service.id)
    const id = subject?.stored ? subject.row.id : null
    const kept = id === null ? [] : await this.#store.buckets(of, first, id)
    const incidents = id === null ? [] : await this.#store.incidents(id, first, mostIncidents)
    const byCheck = new Map(
      [...Map.groupBy(kept, ({ checkName }) => checkName)].map(([name, some]) => [
        name,
        new Map(some.map(({ bucket }) => [bucket.at, bucket])),
      ]),
    )
    for (const [name, series] of seriesOf(subject)) {
      series.spendUntil(now)
      const own = byCheck.get(name) ?? new Map<number, Bucket>()
      const present = series[of]
      byCheck.set(name, own.set(present.at, present))
    }
    const line = <T>(
      own: ReadonlyMap<number, Bucket> | undefined,
      shown: (bucket: Bucket | undefined, at: number) => T,
    ): T[] =>
      Array.from({ length: count }, (_, index) => shown(own?.get(first + index * length), first + index * length))
    const plain = (bucket: Bucket | undefined, at: number): HealthBucket => {
      const { upMs = 0, downMs = 0 } = bucket ?? {}
      const passed = Math.min(length, now - at)
      return { at: iso(at), upMs, downMs, unknownMs: Math.max(0, passed - upMs - downMs) }
    }
    const timed = (bucket: Bucket | undefined, at: number): CheckBucket => ({
      ...plain(bucket, at),
      results: bucket?.results ?? 0,
      p50Ms: bucket?.times.quantile(0.5) ?? null,
      p95Ms: bucket?.times.quantile(0.95) ?? null,
      maxMs: bucket?.maxMs ?? null,
    })
    const [row] = await this.rows([service])
    const told = new Map([...incidents, ...(subject?.unwritten() ?? [])].map((incident) => [incident.id, incident]))
    return {
      serviceId: service.id,
      name: service.name,
      standing: row!.standing,
      span,
      bucketMs: length,
      since: iso(first),
      recordedSince: subject ? iso(subject.row.since) : null,
      uptime: row!.uptime,
      buckets: line(byCheck.get(''), plain),
      checks: [...byCheck]
        .filter(([name]) => name !== '')
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([name, own]) => ({ name, buckets: line(own, timed) })),
      incidents: [...told.values()]
        .toSorted((a, b) => b.startedAt - a.startedAt)
        .slice(0, mostIncidents)
        .map(({ id, startedAt, endedAt, reason }) => ({
          id,
          from: iso(startedAt),
          until: endedAt === null ? null : iso(endedAt),
          reason,
        })),
    }
  }

  #row(service: Service, days: Kept, hours: Kept, now: number): UptimeRow {
    const subject = this.#recorder.of(service.id)
    const whole = subject?.whole
    whole?.spendUntil(now)
    const id = subject?.row.id ?? -1
    const last = (kept: Kept, span: Span, count: number): (Spent | undefined)[] => {
      const present = startOf(span, now)
      return Array.from({ length: count }, (_, index) => {
        const at = present - (count - 1 - index) * lengths[span]
        const own = whole?.[span]
        return own?.at === at ? own : kept.get(id)?.get(at)
      })
    }
    const quarter = last(days, 'day', bars)
    const { id: serviceId, name, targetId, targetName, stack, health } = service
    return {
      serviceId,
      name,
      targetId,
      targetName,
      stack,
      standing: subject?.condition?.standing ?? 'unknown',
      health,
      reason: subject?.condition?.reason ?? null,
      since: subject?.since ? iso(subject.since) : null,
      uptime: uptimeOf(last(hours, 'hour', 24), quarter),
      bars: quarter.map((day) => shareOf([day])),
      downMs: quarter.map((day) => day?.downMs ?? 0),
    }
  }

  async #keptDays(now: number): Promise<Kept> {
    const today = startOf('day', now)
    if (this.#days && startOf('day', this.#days.at) === today && this.#days.at - today > settledMs)
      return this.#days.rows
    const rows = bySubject(await this.#store.days(today - bars * dayMs))
    this.#days = { at: now, rows }
    return rows
  }

  async #keptHours(now: number): Promise<Kept> {
    const hour = startOf('hour', now)
    if (this.#hours && startOf('hour', this.#hours.at) === hour && this.#hours.at - hour > settledMs)
      return this.#hours.rows
    const rows = bySubject(await this.#store.hours(hour - 24 * hourMs))
    this.#hours = { at: now, rows }
    return rows
  }
}

const seriesOf = (subject: Subject | null) =>
  subject ? [...(subject.whole ? ([['', subject.whole]] as const) : []), ...subject.checks()] : []

const uptimeOf = (day: readonly (Spent | undefined)[], quarter: readonly (Spent | undefined)[]): Uptime => ({
  day: shareOf(day),
  week: shareOf(quarter.slice(-7)),
  month: shareOf(quarter.slice(-30)),
  quarter: shareOf(quarter),
})
