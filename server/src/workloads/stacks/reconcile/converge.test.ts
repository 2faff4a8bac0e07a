import type { Service } from '@wheelhouse/contract'
import { Failure } from '@wheelhouse/contract'
import type { WorkloadSpec } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import type { StackTargets } from '../stack-targets.ts'
import { settle, type Watch } from './converge.ts'

const spec = {
  service: 'web',
  kind: 'container',
  environment: {},
  restart: { policy: 'always' },
} as unknown as WorkloadSpec
const row = (change: Partial<Service>): Service =>
  ({
    id: 't:1',
    targetId: 't',
    checks: [],
    health: 'none',
    restarts: 0,
    exitCode: null,
    reason: null,
    ...change,
  }) as Service

/** A mirror that shows one row after the other, each from so many milliseconds on. */
function mirror(rows: readonly (readonly [number, Partial<Service>])[]): Watch {
  const begun = Date.now()
  const now = () => row(rows.findLast(([from]) => Date.now() - begun >= from)![1])
  const targets: Pick<StackTargets, 'services' | 'whenService'> = {
    services: () => [now()],
    whenService: async (_id, predicate, timeoutMs) => {
      for (const end = Date.now() + timeoutMs; ; await new Promise((resolve) => setTimeout(resolve, 5))) {
        const service = now()
        if (predicate(service)) return service
        if (Date.now() >= end) throw new Failure('TIMED_OUT')
      }
    },
  }
  return {
    targets: targets as StackTargets,
    settings: { settleMs: 10, waitMs: 10_000 },
    lastLines: () => Promise.resolve([]),
    signal: new AbortController().signal,
  }
}
const settled = (rows: Parameters<typeof mirror>[0]) =>
  settle(mirror(rows), [{ label: 'web', spec, serviceId: 't:1' }], new Set())

test('one that the mirror still shows as it was before its start is given its time to become healthy', async () => {
  await settled([
    [0, { state: 'stopped' }],
    [50, { state: 'starting', health: 'starting' }],
    [1500, { state: 'running', health: 'healthy' }],
  ])
})

test('one that ends and is started again and again is told soon', async () => {
  const failing = settled([
    [0, { state: 'running', health: 'starting' }],
    [50, { state: 'failed', reason: 'code 3' }],
    [200, { state: 'starting', health: 'starting', restarts: 1 }],
  ])
  await expect(failing).rejects.toThrow('web is not running')
})

test('one that stays down, or unhealthy, is not waited for', async () => {
  await expect(settled([[0, { state: 'failed', exitCode: 3 }]])).rejects.toThrow('web is not running: exit code 3')
  const sick = settled([[0, { state: 'running', health: 'unhealthy', reason: 'no answer' }]])
  await expect(sick).rejects.toThrow('web is not running: no answer')
})
