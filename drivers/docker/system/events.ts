import type { EngineSystem } from '@wheelhouse/driver'
import { type EngineClient, jsonLines } from '@wheelhouse/engine'

interface RawEvent {
  readonly Type?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null } | null
  readonly time?: number
  readonly timeNano?: number
}

/** ISO 8601 as the engine takes it: seconds since 1970 with a fraction. */
const seconds = (time: string): string => (Date.parse(time) / 1000).toFixed(3)

/** Events between two times, or live when `until` is null, in the order the engine tells them. */
export async function* readEvents(
  client: EngineClient,
  range: Parameters<EngineSystem['events']>[0],
  filter: Parameters<EngineSystem['events']>[1],
  signal: AbortSignal,
): ReturnType<EngineSystem['events']> {
  const filters = {
    ...(filter.types.length > 0 ? { type: filter.types } : {}),
    ...(filter.actions.length > 0 ? { event: filter.actions } : {}),
  }
  const body = await client.stream({
    path: '/events',
    query: {
      since: seconds(range.since),
      until: range.until === null ? null : seconds(range.until),
      filters: JSON.stringify(filters),
    },
    signal,
  })
  try {
    for await (const raw of jsonLines<RawEvent>(body)) {
      if (raw.Action === undefined) continue
      const attributes = raw.Actor?.Attributes ?? {}
      yield {
        at: new Date(raw.timeNano === undefined ? (raw.time ?? 0) * 1000 : raw.timeNano / 1e6).toISOString(),
        type: raw.Type ?? 'container',
        action: raw.Action,
        actorId: raw.Actor?.ID ?? '',
        name: attributes.name ?? null,
        attributes,
      }
    }
  } catch (error) {
    if (signal.aborted) return
    throw client.broken(error, signal)
  } finally {
    body.destroy()
  }
}
