import type { Database } from '@wheelhouse/platform/db'
import { expect, test } from 'vitest'
import { type Check, openCheckStore } from '../store.ts'

/** What registries said is kept as it was told, the newest word for each name. */
export function checkStoreSuite(open: () => Promise<{ database: Database; close(): Promise<void> }>): void {
  test('keeps the last word for each name of each target', async () => {
    const { database, close } = await open()
    const store = openCheckStore(database)
    const check: Check = {
      targetId: 'docker',
      reference: 'nginx:1',
      imageId: 'sha256:a',
      state: 'current',
      digest: 'sha256:b',
      reason: null,
      checkedAt: 1_700_000_000_000,
      failures: 0,
      dueAt: 1_700_021_600_000,
    }
    await store.save(check)
    await store.save({ ...check, targetId: 'other' })
    await store.save({ ...check, state: 'newer', digest: 'sha256:c', reason: 'why', failures: 2 })
    const rows = (await store.all()).toSorted((a, b) => a.targetId.localeCompare(b.targetId))
    expect(rows).toEqual([
      { ...check, state: 'newer', digest: 'sha256:c', reason: 'why', failures: 2 },
      { ...check, targetId: 'other' },
    ])
    await store.remove('docker', 'nginx:1')
    expect((await store.all()).map(({ targetId }) => targetId)).toEqual(['other'])
    await close()
  })
}
