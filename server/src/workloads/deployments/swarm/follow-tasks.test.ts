import type { Cluster, ServiceProgress, ServiceSpec } from '@wheelhouse/driver'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow } from './follow-tasks.ts'

const spec: ServiceSpec = { Name: 'shop_web', TaskTemplate: {}, UpdateConfig: { Monitor: 1_000_000 } }
const at = (updated: number, more: Partial<ServiceProgress> = {}): ServiceProgress => ({
  update: 'updating',
  desired: 3,
  updated,
  running: 3,
  failing: 0,
  outdated: 3 - updated,
  failure: null,
  exitCode: null,
  waiting: null,
  ...more,
})

/** Tells one after the other, a minute apart, and then the last for ever, unless it ends. */
const telling = (steps: readonly ServiceProgress[], ends: boolean): Pick<Cluster, 'settle'> => ({
  async settle(_id, { progress }, signal) {
    const minute = (): Promise<void> =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        setTimeout(resolve, 60_000)
      })
    for (const step of steps) {
      await minute()
      progress?.(step)
    }
    while (true) {
      if (ends) break
      await minute()
      progress?.(steps.at(-1)!)
    }
    return { state: 'converged', message: 'done', reason: null, service: null }
  },
})
const never = new AbortController().signal

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('each task that comes forward gives the next as long', async () => {
  const steps = [at(0), at(1), at(2), at(3)]
  const following = follow(telling(steps, true), 'id', { spec, stillMs: 90_000 }, never, () => undefined)
  await vi.advanceTimersByTimeAsync(4 * 60_000)
  expect((await following).state).toBe('converged')
})

test('tasks that stand still are a failure with the words of the task', async () => {
  const waiting = 'no suitable node (insufficient resources on 3 nodes)'
  const told: number[] = []
  const cluster = telling([at(0), at(1, { waiting })], false)
  const following = follow(cluster, 'id', { spec, stillMs: 90_000 }, never, ({ updated }) => told.push(updated))
  await vi.advanceTimersByTimeAsync(4 * 60_000)
  const settled = await following
  expect(settled).toMatchObject({ state: 'stalled', reason: waiting })
  expect(settled.message).toContain('1 of 3 tasks updated')
  expect(told).toEqual([0, 1, 1])
})

test('whoever cancels is heard', async () => {
  const stop = new AbortController()
  const following = follow(telling([at(0)], false), 'id', { spec, stillMs: 90_000 }, stop.signal, () => undefined)
  stop.abort(new Error('cancelled'))
  await expect(following).rejects.toThrow('cancelled')
})
