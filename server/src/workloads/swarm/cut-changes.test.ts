import type { MirrorChange } from '../../inventory/targets/index.ts'
import { expect, test, vi } from 'vitest'
import { CutChanges } from './cut-changes.ts'
import type { SwarmRoom } from './room.ts'

const rollout = { verb: 'update', undo: true, requestedBy: 'admin', startedAt: 5, deadlineAt: 9, state: 'following' }

/** A house that was started again: what it kept, and jobs as they were found. */
function restarted(jobs: Record<string, { state: string; errorCode?: string }>) {
  let state = 'connecting'
  const mirror = { record: { kind: 'swarm' }, target: () => ({ state }) }
  const followed: [string, number, string][] = []
  const asked: { kind: string; data: Record<string, unknown> }[] = []
  const retried: string[] = []
  let listener: (change: MirrorChange) => void = () => undefined
  const room = {
    registry: {
      records: () => [{ id: 'swarm-a' }],
      mirror: () => mirror,
      service: (id: string) => (id === 'swarm-a:gone' ? null : { name: id.slice(8) }),
      onChange: (tell: typeof listener) => {
        listener = tell
        return () => undefined
      },
    },
    jobs: {
      get: (id: string) => {
        const { state, errorCode } = jobs[id] ?? {}
        const error = errorCode === undefined ? null : { errorCode, message: '' }
        return Promise.resolve(state === undefined ? null : { state, error, data: { targetId: 'swarm-a' } })
      },
      enqueue: (kind: string, data: Record<string, unknown>) => {
        asked.push({ kind, data })
        return Promise.resolve({ id: `again-${asked.length}` })
      },
      retry: (id: string) => Promise.resolve(void retried.push(id)),
    },
    store: {
      allFollowed: () =>
        Promise.resolve([
          { ...rollout, serviceId: 'swarm-a:cut', jobId: 'cut' },
          { ...rollout, serviceId: 'swarm-a:goes', jobId: 'goes' },
          { ...rollout, serviceId: 'swarm-a:stopped', jobId: 'stopped' },
          { ...rollout, serviceId: 'swarm-a:unborn', jobId: '' },
          { ...rollout, serviceId: 'swarm-a:gone', jobId: 'cut' },
          { ...rollout, serviceId: 'swarm-b:cut', jobId: 'cut' },
        ]),
      followedBy: (...row: [string, number, string]) => Promise.resolve(void followed.push(row)),
      valueUsers: () => Promise.resolve(Object.keys(jobs)),
    },
    log: { warn: vi.fn() },
  }
  const changes = new CutChanges(room as unknown as SwarmRoom)
  const tell = (heard: boolean): void => {
    state = heard ? 'connected' : 'unreachable'
    listener({ kind: 'target', target: { id: 'swarm-a' } } as MirrorChange)
  }
  return { changes, tell, followed, asked, retried }
}

test('what was cut off is followed on once its Swarm is heard, under its own deadline', async () => {
  const { changes, tell, followed, asked, retried } = restarted({
    cut: { state: 'failed', errorCode: 'INTERRUPTED' },
    goes: { state: 'running' },
    stopped: { state: 'cancelled' },
    refused: { state: 'failed', errorCode: 'TIMED_OUT' },
  })
  changes.start()
  expect(asked).toEqual([])
  tell(true)
  await vi.waitFor(() => expect(followed).toHaveLength(2), 60_000)
  expect(asked.map(({ kind, data }) => [kind, data.serviceId, data.startedAt, data.deadlineAt])).toEqual([
    ['swarm.rollout', 'swarm-a:cut', 5, 9],
    ['swarm.rollout', 'swarm-a:unborn', 5, 9],
  ])
  expect(followed).toEqual([
    ['swarm-a:cut', 5, 'again-1'],
    ['swarm-a:unborn', 5, 'again-2'],
  ])
  // A rotation goes on as well, unless it has ended by itself.
  await vi.waitFor(() => expect(retried).toEqual(['cut']), 60_000)
  tell(true)
  await Promise.resolve()
  expect(asked).toHaveLength(2)
})

test('it is looked at again after the Swarm was away', async () => {
  const { changes, tell, asked } = restarted({
    cut: { state: 'failed', errorCode: 'TARGET_UNREACHABLE' },
    goes: { state: 'running' },
    stopped: { state: 'cancelled' },
  })
  changes.start()
  tell(true)
  await vi.waitFor(() => expect(asked).toHaveLength(2), 60_000)
  tell(false)
  tell(true)
  await vi.waitFor(() => expect(asked).toHaveLength(4), 60_000)
})
