import type { Crash } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { crashTitle, exitWords, ranFor, truth } from './words.ts'

const crash: Crash = {
  id: 'c',
  service: 'web',
  serviceId: 't:1',
  sourceId: '1',
  stack: null,
  targetId: 't',
  targetName: 'here',
  image: null,
  startedAt: '2026-11-20T10:00:00.000Z',
  at: '2026-11-20T10:04:00.000Z',
  exitCode: 137,
  meaning: 'killed, often for want of memory (SIGKILL)',
  outOfMemory: false,
  reason: null,
  count: 1,
  firstAt: '2026-11-20T10:04:00.000Z',
  again: null,
}

test('a crash is told in words', () => {
  expect(crashTitle(crash)).toBe('web crashed')
  expect(crashTitle({ ...crash, count: 5, firstAt: '2026-11-20T10:02:00.000Z' })).toBe('web crashed 5 times in 2 min')
  expect(exitWords(crash)).toBe('exit code 137')
  expect(exitWords({ exitCode: null, outOfMemory: true })).toBe('out of memory')
  expect(ranFor(crash)).toBe('4 min')
  expect(truth(crash, null)).toBe(
    'It ended with exit code 137: killed, often for want of memory (SIGKILL). Nothing of its name has run since.',
  )
  const again = { at: '2026-11-20T10:04:41.000Z', serviceId: 't:2', replaced: true }
  expect(truth({ ...crash, again }, 'running')).toMatch(/It ran as a new container 41 s later\.$/)
  expect(truth({ ...crash, again: { ...again, replaced: false } }, 'failed')).toMatch(
    /ran again 41 s later and is failed now\.$/,
  )
})
