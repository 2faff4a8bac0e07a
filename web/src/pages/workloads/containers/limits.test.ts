import { expect, test } from 'vitest'
import { limitChanges, limitFields } from './limits.ts'

const before = limitFields({
  limits: { memoryBytes: 536_870_912, cpus: 0.5, pids: -1, cpuset: '0-1' },
  restart: { policy: 'on-failure', maxRetries: 3 },
})

test('limits are shown as they are typed, no bound as nothing', () => {
  expect(before).toMatchObject({ memory: '512m', cpus: '0.5', pids: '', restart: 'on-failure', maxRetries: '3' })
  expect(limitFields({}).restart).toBe('no')
})

test('only what was changed is sent, and what was emptied is taken away', () => {
  expect(limitChanges(before, before)).toEqual({ limits: {}, wrong: {} })
  expect(limitChanges(before, { ...before, memory: '1g', cpus: '', cpuset: '', pids: '100' })).toEqual({
    limits: { memoryBytes: 1_073_741_824, cpus: null, cpuset: null, pids: 100 },
    wrong: {},
  })
  expect(limitChanges(before, { ...before, restart: 'always' }).limits).toEqual({ restart: { policy: 'always' } })
  expect(limitChanges(before, { ...before, maxRetries: '5' }).limits).toEqual({
    restart: { policy: 'on-failure', maxRetries: 5 },
  })
})

test('what is no limit is told at its field', () => {
  const { wrong } = limitChanges(before, { ...before, memory: 'much', cpus: 'x', cpuset: 'all', maxRetries: 'y' })
  expect(Object.keys(wrong).toSorted()).toEqual(['cpus', 'cpuset', 'maxRetries', 'memory'])
})
