import { expect, test } from 'vitest'
import { aService } from '../pages/workloads/services/service.fixture.ts'
import { actsOf } from './service-acts.ts'

const all = ['start', 'stop', 'restart', 'kill', 'pause', 'remove', 'rename', 'exec'] as const
const acts = (nativeState: string, kind: 'container' | 'process' = 'container'): string[] => [
  ...actsOf(aService({ state: 'failed', nativeState, kind }), all, () => true),
]

test('what failed for good is not stopped, what is tried again is', () => {
  expect(acts('exited')).toEqual(['start', 'restart', 'remove', 'rename'])
  expect(acts('restarting')).toContain('stop')
  expect(acts('exited', 'process')).toContain('stop')
})
