import type { SourceRoom } from './room.ts'
import { startSync } from './sync.ts'

const lookEveryMs = 5_000

/** Meets the times at which sources are asked. Of several instances one meets each. */
export function openPolling(room: SourceRoom, everyMs = lookEveryMs): { look(): Promise<void>; close(): void } {
  let looking = false
  async function look(): Promise<void> {
    if (looking) return
    looking = true
    try {
      for (const { id, nextPollAt } of await room.store.due(room.now())) {
        const source = await room.store.find(id)
        if (!source || source.pollSeconds === null) continue
        // The claim counts from now: what was missed while nobody was there is asked once.
        const next = room.now() + source.pollSeconds * 1000
        if (await room.store.claim(id, nextPollAt, next))
          await startSync(room, source, { by: 'poll', digest: null }, source.owner)
      }
    } finally {
      looking = false
    }
  }
  const timer = setInterval(
    () => void look().catch((error: unknown) => room.log.error({ err: error }, 'sources were not asked')),
    everyMs,
  )
  timer.unref()
  return { look, close: () => clearInterval(timer) }
}
