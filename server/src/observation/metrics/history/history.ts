import type { Metric, MetricAnswer, MetricQuery, Sample } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { SeriesState } from '@wheelhouse/platform/series'
import type { Registry } from '../../../inventory/targets/index.ts'
import { Answers } from './answers.ts'
import { Catalogue } from './catalogue.ts'
import { Entities } from './entities.ts'
import type { KeptMetric, ObservedName } from './given.ts'
import { HeldValues } from './held-values.ts'
import { Keeping, type KeepingSettings } from './keeping.ts'
import { Observations } from './observations.ts'
import { Recorder } from './recorder.ts'
import { type EntityRow, openMetricStore } from './store.ts'

export interface HistoryParts {
  readonly database: Database
  readonly registry: Registry
  readonly log: Log
  readonly settings: KeepingSettings
  /** False: nothing new is kept; what is there can be asked on. */
  readonly isKeeping: boolean
  /** Between two readings of a service. */
  readonly intervalMs: number
}

/** What other domains ask of kept readings, and tell to be kept. */
export interface MetricReader {
  /** As the house sees it: of everything. Throws NOT_FOUND, VALIDATION_FAILED, STORAGE_UNREACHABLE or TIMED_OUT. */
  query(query: MetricQuery): Promise<MetricAnswer>
  catalogue(): readonly Metric[]
  /**
   * Keeps a value of a service: of a gauge as it is, of a counter what it rose by. A gauge holds for `holdMs`, until it should have come
   * again unless told, an hour at most: so long it is what is kept at each tick. Of a service that is not there, nothing is kept.
   */
  observe(name: ObservedName, serviceId: string, value: number, holdMs?: number): void
}

/** Readings of everything that runs, kept beyond it. */
export class History {
  readonly isKeeping: boolean
  readonly settings: KeepingSettings
  readonly entities: Entities
  readonly catalogue: Catalogue
  readonly answers: Answers
  /** Values that others find out now and then. */
  readonly held = new HeldValues()
  readonly #keeping: Keeping
  readonly #observations: Observations
  readonly #recorder: Recorder

  constructor({ database, registry, log, settings, isKeeping, intervalMs }: HistoryParts) {
    const rows = openMetricStore(database)
    this.isKeeping = isKeeping
    this.settings = settings
    this.entities = new Entities(rows)
    this.catalogue = new Catalogue(rows)
    this.#keeping = new Keeping(settings, log)
    this.#observations = new Observations(registry, this.entities)
    const { entities, catalogue } = this
    const keeping = this.#keeping
    this.answers = new Answers({ registry, entities, catalogue, keeping, intervalMs })
    this.#recorder = new Recorder({
      registry,
      entities,
      keeping,
      sources: [this.#observations, this.held],
      names: async () => {
        await entities.flush()
        await catalogue.flush()
      },
      log,
      intervalMs,
      tickMs: settings.ticks.at(-1)!.stepMs,
      keepMs: Math.max(...settings.rollups.map(({ keepMs }) => keepMs)),
    })
  }

  async start(): Promise<void> {
    await this.entities.load()
    await this.catalogue.load()
    if (this.isKeeping) this.#recorder.start()
  }

  /** A reading of a service that somebody looks at, some second. */
  look(serviceId: string, sample: Sample): void {
    if (this.isKeeping) this.#recorder.look(serviceId, sample)
  }

  get problem(): string | null {
    return this.#keeping.problem
  }
  state(): Promise<SeriesState> {
    return this.#keeping.state()
  }

  /** What holds now of all that is not read from targets. */
  *current(): Generator<{ readonly metric: KeptMetric; readonly row: EntityRow; readonly value: number }> {
    const now = performance.now()
    for (const source of [this.#observations, this.held])
      for (const { metric, entity, value } of source.current(now)) {
        const row = this.entities.byId(entity)
        if (row !== null) yield { metric, row, value }
      }
  }

  reader(): MetricReader {
    return {
      query: (query) => this.answers.answer(query, () => true),
      catalogue: () => this.catalogue.all(),
      observe: (name, serviceId, value, holdMs) => {
        if (this.isKeeping) this.#observations.observe(name, serviceId, value, holdMs)
      },
    }
  }

  /** Of one service or target, each field of its readings by name; `from` is when the first step begins, epoch ms. */
  async fields<F extends string>(
    names: Readonly<Record<F, string>>,
    row: EntityRow,
    since: number,
    until: number,
    stepMs?: number,
  ): Promise<{
    readonly from: number
    readonly stepMs: number
    readonly values: Readonly<Record<F, (number | null)[]>>
  }> {
    const {
      since: from,
      stepMs: step,
      series,
    } = await this.answers.answer(
      {
        metric: Object.values(names).join(','),
        since: new Date(since).toISOString(),
        until: new Date(until).toISOString(),
        ...(stepMs === undefined ? {} : { stepMs }),
      },
      ({ id }) => id === row.id,
    )
    const entries = Object.entries<string>(names).map(([field, name]) => [
      field,
      series.find(({ metric }) => metric === name)?.values ?? [],
    ])
    return {
      from: Date.parse(from),
      stepMs: step,
      values: Object.fromEntries(entries) as Record<F, (number | null)[]>,
    }
  }

  async close(): Promise<void> {
    await this.#recorder.close()
    await this.#keeping.close()
  }
}
