import type { Event, KeptLine, MetricAnswer, MetricQuery, ServiceLife } from '@wheelhouse/contract'
import type { Registry } from '../../../inventory/targets/index.ts'

/** Numbers that are kept over time. */
export interface MetricReader {
  query(query: MetricQuery): Promise<MetricAnswer>
}

/** Whose lines they are, under one name on one target. */
export interface LineSource {
  readonly serviceId: string
  readonly targetId: string
  readonly stack: string | null
  readonly name: string
}
export interface LineWords {
  readonly q?: string | undefined
  readonly contains?: string | undefined
  readonly regex?: string | undefined
  readonly level?: string | undefined
}
/** Times are epoch ms, oldest first. */
export interface SaidTimes {
  readonly source: LineSource
  readonly times: readonly number[]
}

/** What services have said, for counting and as evidence. */
export interface LineReader {
  /** When lines were said that match, up to `most` of them, the newest; `isWhole` is false where there were more. */
  times(
    words: LineWords,
    span: { readonly sinceMs: number; readonly untilMs: number },
    most: number,
    signal?: AbortSignal,
  ): Promise<{ readonly said: readonly SaidTimes[]; readonly isWhole: boolean }>
  /** When each last said anything. */
  newest(): Promise<readonly SaidTimes[]>
  /** Of one service under all its lives, oldest first. */
  last(
    source: Omit<LineSource, 'serviceId'>,
    ask: { readonly level?: string; readonly sinceMs: number; readonly untilMs: number; readonly limit: number },
  ): Promise<readonly KeptLine[]>
  /** From when to when services ran, newest first. */
  lives(
    source: Omit<LineSource, 'serviceId'> | null,
    limit: number,
  ): Promise<readonly { readonly source: LineSource; readonly life: ServiceLife }[]>
}

export interface EventFilter {
  readonly types: readonly string[] | null
  readonly sinceMs: number
  readonly serviceId?: string
  readonly targetId?: string
  readonly stack?: string
  readonly limit: number
}

/** Everything that rules are held against. A reader that is null is not there: rules that need it say so. */
export interface World {
  readonly registry: Registry
  readonly metrics: MetricReader | null
  readonly lines: LineReader | null
  /** Events that are kept, newest first. */
  events(filter: EventFilter): Promise<Event[]>
  /** Of the oldest event that is kept, epoch ms; null where there is none. */
  eventsSince(): Promise<number | null>
  /** When this instance began to watch, epoch ms: what was not seen before says nothing. */
  readonly bornAt: number
}
