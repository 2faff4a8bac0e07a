import type { Event } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { TimelineStore } from './store.ts'

const batchMs = 200
const maxWaiting = 10_000
const pruneEvery = 2_000

/** Writes events in batches: a burst of a thousand containers is one transaction, and nobody waits for it. */
export function createWriter(store: TimelineStore, log: Log, keep: number) {
  let waiting: Event[] = []
  let dropped = 0
  let written = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    timer = undefined
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      await store.insert(batch)
      written += batch.length
      if (written >= pruneEvery) {
        written = 0
        await store.prune(keep)
      }
    } catch (error) {
      // A full disk must not take the events down with it: they are kept, up to a bound, and tried again.
      waiting = [...batch, ...waiting]
      if (waiting.length > maxWaiting) dropped += waiting.splice(0, waiting.length - maxWaiting).length
      log.error({ err: error, waiting: waiting.length, dropped }, 'events were not written; trying again')
      timer ??= setTimeout(flush, 5_000)
      timer.unref()
    }
  }
  function flush(): void {
    running = running.then(write)
  }
  return {
    add(event: Event): void {
      waiting.push(event)
      timer ??= setTimeout(flush, batchMs)
    },
    async close(): Promise<void> {
      clearTimeout(timer)
      flush()
      await running
      clearTimeout(timer)
    },
  }
}
