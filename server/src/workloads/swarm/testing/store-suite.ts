import type { ServiceSpec } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Followed, openSwarmStore, type SwarmStore } from '../store.ts'

const spec = (image: string): ServiceSpec => ({ Name: 'web', TaskTemplate: { ContainerSpec: { Image: image } } })
const rollout: Followed = {
  serviceId: 's:2',
  jobId: '',
  verb: 'update',
  undo: true,
  state: 'following',
  reason: null,
  requestedBy: 'admin',
  startedAt: 1000,
  deadlineAt: 2000,
}

/** What the store promises on every database. */
export function swarmStoreSuite(open: () => Promise<{ database: Database; close(): Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  let store: SwarmStore
  beforeAll(async () => {
    opened = await open()
    store = openSwarmStore(opened.database, openSecrets({ key: Buffer.alloc(32, 7).toString('base64') }))
  })
  afterAll(() => opened.close())

  test('the last ten of a service are kept, newest first, and sealed', async () => {
    for (let count = 1; count <= 12; count++) await store.keepRevision('s:1', spec(`web:${count}`))
    const kept = (await store.revisions('s:1')).map((one) => one.TaskTemplate.ContainerSpec?.Image)
    expect(kept).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((count) => `web:${count}`))
    expect(await store.revisions('s:none')).toEqual([])
  })

  test('a change is followed under its job, and ended only as itself', async () => {
    await store.follow(rollout)
    await store.followedBy('s:2', 1000, 'job-1')
    expect(await store.followed('s:2')).toEqual({ ...rollout, jobId: 'job-1' })
    expect((await store.allFollowed()).map(({ serviceId }) => serviceId)).toContain('s:2')
    // A newer one has taken its place.
    await store.follow({ ...rollout, startedAt: 1500, verb: 'rollback', undo: false })
    await store.endFollow('s:2', 1000, { state: 'stalled', reason: 'late' })
    expect(await store.followed('s:2')).toMatchObject({ state: 'following', verb: 'rollback', undo: false })
    await store.endFollow('s:2', 1500, { state: 'stalled', reason: 'it waits' })
    expect(await store.followed('s:2')).toMatchObject({ state: 'stalled', reason: 'it waits' })
    expect((await store.allFollowed()).map(({ serviceId }) => serviceId)).not.toContain('s:2')
  })

  test('a service that is removed leaves nothing; a value is kept until it is used', async () => {
    await store.keepRevision('s:2', spec('web:1'))
    await store.forgetService('s:2')
    expect(await store.followed('s:2')).toBeNull()
    expect(await store.revisions('s:2')).toEqual([])
    const bytes = Uint8Array.from([0, 255, 7])
    const id = await store.keepValue(bytes)
    expect(Uint8Array.from(await store.value(id))).toEqual(bytes)
    await store.valueUsedBy(id, 'job-7')
    expect(await store.valueUsers()).toEqual(['job-7'])
    await store.forgetValue(id)
    expect(await store.valueUsers()).toEqual([])
    await expect(store.value(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
}
