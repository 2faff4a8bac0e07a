import type { Cluster, ServiceProgress, ServiceSpec } from '@wheelhouse/driver'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
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

/** Tells one after the other, and then nothing new for ever, unless it ends. */
const telling = (steps: readonly ServiceProgress[], everyMs: number, ends: boolean): Pick<Cluster, 'settle'> => ({
  async settle(_id, { progress }, signal) {
    for (const step of steps) {
      await sleep(everyMs, undefined, { signal })
      progress?.(step)
    }
    while (!ends) {
      await sleep(10, undefined, { signal })
      progress?.(steps.at(-1)!)
    }
    return { state: 'converged', message: 'done', reason: null, service: null }
  },
})
const never = new AbortController().signal

test('each task that comes forward gives the next as long', async () => {
  const steps = [at(0), at(1), at(2), at(3)]
  const settled = await follow(telling(steps, 120, true), 'id', { spec, stillMs: 300 }, never, () => undefined)
  expect(settled.state).toBe('converged')
})

test('tasks that stand still are a failure with the words of the task', async () => {
  const waiting = 'no suitable node (insufficient resources on 3 nodes)'
  const told: number[] = []
  const cluster = telling([at(0), at(1, { waiting })], 5, false)
  const settled = await follow(cluster, 'id', { spec, stillMs: 80 }, never, ({ updated }) => told.push(updated))
  expect(settled).toMatchObject({ state: 'stalled', reason: waiting })
  expect(settled.message).toContain('1 of 3 tasks updated')
  expect(told[0]).toBe(0)
})

test('whoever cancels is heard', async () => {
  const stop = new AbortController()
  const following = follow(telling([at(0)], 1, false), 'id', { spec, stillMs: 60_000 }, stop.signal, () => undefined)
  stop.abort(new Error('cancelled'))
  await expect(following).rejects.toThrow()
})
