import type { Service } from '@wheelhouse/contract'
import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../../../../test/faults/own-database.ts'
import { suite } from '../../../../../test/needs.ts'
import { migrations } from '../../../migrations/index.ts'
import { HistoryReader } from './reader.ts'
import { Recorder } from './recorder.ts'
import { dayMs } from './series.ts'
import { openHistoryStore } from './store.ts'

suite('health history on PostgreSQL', ['postgres'], () => {
  test('is kept, summed up and pruned as on SQLite', async () => {
    const own = await ownDatabase()
    const log = createLog({ level: 'silent', pretty: false })
    const database = await openDatabase({ url: own.url, log })
    try {
      await database.migrate(migrations)
      const store = openHistoryStore(database)
      let now = Date.UTC(2026, 0, 2, 10)
      const begin = async (): Promise<Recorder> => {
        const recorder = new Recorder({ store, log, now: () => now, why: () => null })
        await recorder.start()
        return recorder
      }
      const row = { id: 'a:1', name: 'web', targetId: 'a', targetName: 'a', stack: null, health: 'none', stale: false }
      const service = (state: string): Service => ({ ...row, state, reason: null, exitCode: 7 }) as unknown as Service
      const recorder = await begin()
      recorder.see(service('running'))
      recorder.checked('a:1', 'front', 'up', 41.5)
      for (let n = 0; n < 4; n++) {
        now += 60_000
        await recorder.write()
      }
      recorder.see(service('failed'))
      now += 60_000
      await recorder.close()
      now += dayMs
      const second = await begin()
      second.see(service('running'))
      const { incidents, buckets, checks } = await new HistoryReader(store, second, () => now).history(
        service('running'),
        '30d',
      )
      expect(buckets.at(-2)).toMatchObject({ upMs: 240_000, downMs: 60_000 })
      expect(checks[0]?.buckets.at(-2)).toMatchObject({ results: 1, maxMs: 41.5 })
      expect(incidents).toMatchObject([{ reason: 'it ended with 7' }])
      await second.close()
      await store.prune(now + 500 * dayMs, dayMs, dayMs)
      expect(await store.buckets('day', 0)).toEqual([])
      await store.drop([1])
      expect(await store.subjects()).toEqual([])
    } finally {
      await database.close()
      await own.drop()
    }
  })
})
