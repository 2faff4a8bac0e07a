import type { LogSource } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { inOrder, sourceGlyph } from './words.ts'

const source = (name: string, over: Partial<LogSource> = {}): LogSource => ({
  id: name,
  name,
  stack: null,
  stackService: null,
  targetId: 'local',
  targetName: 'north',
  serviceId: null,
  state: 'gone',
  bytes: 0,
  lines: 0,
  oldestAt: null,
  newestAt: null,
  problem: null,
  ...over,
})

test('what does not come in stands first, then what was asked for', () => {
  const all = [
    source('web', { bytes: 5, newestAt: '2026-11-20T12:00:00.000Z' }),
    source('api', { bytes: 9 }),
    source('db', { problem: 'The host does not answer.' }),
  ]
  const names = (order: string): string[] => inOrder(all, order).map(({ name }) => name)
  expect(names('size')).toEqual(['db', 'api', 'web'])
  expect(names('name')).toEqual(['db', 'api', 'web'])
  expect(names('newest')).toEqual(['db', 'web', 'api'])
  expect(all.map(sourceGlyph)).toEqual(['stopped', 'stopped', 'degraded'])
})
