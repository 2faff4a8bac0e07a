import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import type { DriverLog, ObservedImage, Observer } from '@wheelhouse/driver'
import { askEngine, type EngineClient, type EngineFacts, isLocal, jsonLines } from '@wheelhouse/engine'
import { listImages } from '../images/list.ts'
import { concernsImages, engineTime, heardActions, imageActions, readEvent, readResourceEvent } from './engine-event.ts'
import { History } from './history.ts'
import { KeptList } from './kept-list.ts'
import { Mirror } from './mirror.ts'
import { createUsageReader } from './usage.ts'

const retryDelaysMs = [250, 500, 1000, 2000, 5000, 10_000]
const pingEveryMs = 10_000
const pingTimeoutMs = 5000
const compareEveryMs = 60_000
/** A busy engine drops events of a subscriber that it has just taken on; soon after the start one list sets that right. */
const firstCompareMs = 2000
const usageEveryMs = 5000
/** Times of events are rounded when read; what is heard again because of it is dropped by its key. */
const overlapNano = 1000

/** Where the event stream was left: the last time, and the events of about that time by key. */
interface Bookmark {
  time: number
  readonly keys: Set<string>
}

/** Lists beside the containers, read anew when an event or the clock says so. */
interface Lists {
  readonly images: KeptList<ObservedImage>
}

/** Mirrors the engine until the signal aborts. Never throws. */
export async function watch(
  client: EngineClient,
  observer: Observer,
  restarting: ReadonlySet<string>,
  log: DriverLog,
  signal: AbortSignal,
): Promise<void> {
  const mirror = new Mirror(client, observer, new History(restarting), log)
  const lists: Lists = {
    images: new KeptList(
      'images',
      log,
      (at) => listImages(client, at),
      (images) => observer.images?.(images),
    ),
  }
  const bookmark: Bookmark = { time: 0, keys: new Set() }
  let attempt = 0
  let told: string | null = null
  while (!signal.aborted) {
    try {
      await session(client, { mirror, lists }, bookmark, observer, signal, () => {
        attempt = 0
        told = null
      })
    } catch (error) {
      if (signal.aborted) break
      const reason = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Failure)) log.error({ error: String(error) }, 'watching the engine failed')
      if (reason !== told) observer.lost(reason)
      told = reason
    }
    mirror.end()
    client.forgetVersion()
    const delay = retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)] ?? 10_000
    attempt += 1
    await sleep(delay * (0.8 + Math.random() * 0.2), undefined, { signal }).catch(() => undefined)
  }
  mirror.end()
}

/** One connection, from hello to its end, which always throws. */
async function session(
  client: EngineClient,
  { mirror, lists }: { readonly mirror: Mirror; readonly lists: Lists },
  bookmark: Bookmark,
  observer: Observer,
  outer: AbortSignal,
  up: () => void,
): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([outer, over.signal])
  try {
    const facts = await askEngine(client, signal)
    mirror.begin(signal)
    // The engine answers before it has subscribed: asking from its own "now" on leaves no gap.
    if (bookmark.time === 0) bookmark.time = facts.now
    const since = bookmark.time - overlapNano
    const filters = JSON.stringify({
      type: ['container', 'image', 'network', 'volume'],
      event: [...heardActions, ...imageActions],
    })
    const events = await client.stream({ path: '/events', query: { since: engineTime(since), filters }, signal })
    observer.connected(facts.engine)
    const heard = listen(client, events, { mirror, lists }, bookmark, signal)
    const loaded = mirror.load(signal).then(() => {
      up()
      lists.images.touch(signal)
      const compare = async (): Promise<void> => {
        lists.images.touch(signal)
        await mirror.compare(signal)
      }
      return duties(client, compare, observer, facts, signal)
    })
    await Promise.race([heard, loaded])
  } finally {
    over.abort()
  }
}

async function listen(
  client: EngineClient,
  events: AsyncIterable<Uint8Array>,
  { mirror, lists }: { readonly mirror: Mirror; readonly lists: Lists },
  bookmark: Bookmark,
  signal: AbortSignal,
): Promise<never> {
  try {
    for await (const raw of jsonLines(events)) {
      if (concernsImages(raw)) lists.images.touch(signal)
      const resource = readResourceEvent(raw)
      if (resource) mirror.hearResource(resource)
      const event = readEvent(raw)
      if (!event) continue
      const key = `${event.timeNano} ${event.id} ${event.action} ${event.detail}`
      if (bookmark.keys.has(key)) continue
      if (event.timeNano > bookmark.time + overlapNano) bookmark.keys.clear()
      bookmark.keys.add(key)
      bookmark.time = Math.max(bookmark.time, event.timeNano)
      mirror.hear(event)
    }
  } catch (error) {
    throw client.broken(error, signal)
  }
  throw new Failure(
    'TARGET_UNREACHABLE',
    `The engine at ${client.endpoint.label} ended its events. It may be stopping.`,
  )
}

/** Pings, so that a connection that died without a word is noticed; compares; reads use. */
async function duties(
  client: EngineClient,
  compare: () => Promise<void>,
  observer: Observer,
  facts: EngineFacts,
  signal: AbortSignal,
): Promise<never> {
  const usage = createUsageReader(facts, isLocal(client.endpoint))
  const every = async (ms: number, work: () => Promise<void>): Promise<never> => {
    for (;;) {
      await sleep(ms, undefined, { signal })
      await work()
    }
  }
  observer.usage(await usage())
  return Promise.race([
    every(pingEveryMs, async () => {
      try {
        await client.act({
          method: 'GET',
          path: '/_ping',
          unversioned: true,
          lane: 'query',
          timeoutMs: pingTimeoutMs,
          signal,
        })
      } catch (error) {
        // Whatever else hangs on this engine would hang for minutes.
        if (!signal.aborted) client.drop()
        throw error
      }
    }),
    sleep(firstCompareMs, undefined, { signal })
      .then(compare)
      .then(() => every(compareEveryMs, compare)),
    every(usageEveryMs, async () => observer.usage(await usage())),
  ])
}
