import type { Event } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { groupOf, type LifeRow, type SourceRow } from '../log-history/index.ts'
import { exitWords } from './exit-words.ts'
import { fallsOf, folded, toldOf } from './falls.ts'

const minute = 60_000
const sources = new Map<number, SourceRow>(
  [1, 2, 3].map((id) => [
    id,
    {
      id,
      serviceId: `t:${id}`,
      targetId: 't',
      targetName: 'here',
      kind: 'container',
      name: id === 3 ? 'other' : 'web',
      stack: null,
      stackService: null,
      seenAt: 0,
    },
  ]),
)
const life = (sourceId: number, startedAt: number, endedAt: number | null, more: Partial<LifeRow> = {}): LifeRow => ({
  id: `${sourceId}-${startedAt}`,
  sourceId,
  image: null,
  startedAt,
  endedAt,
  exitCode: 1,
  outcome: 'crashed',
  reason: null,
  ...more,
})
const event = (serviceId: string, at: number, type: Event['type'], data: Event['data'] = {}): Event => ({
  id: `${at}`,
  type,
  at: new Date(at).toISOString(),
  severity: 'error',
  message: '',
  actor: null,
  targetId: 't',
  serviceId,
  serviceName: null,
  stack: null,
  data,
})
const falls = (lives: LifeRow[], events: Event[] = []) =>
  fallsOf(lives, (id) => sources.get(id) ?? null, toldOf(events))

describe('falls', () => {
  test('are lives that crashed; stops, removals and ends unseen are none', () => {
    const found = falls([
      life(1, 0, 1000),
      life(1, 2000, 3000, { outcome: 'ended', exitCode: 0 }),
      life(1, 4000, 5000, { outcome: 'removed', exitCode: null }),
      life(1, 6000, 7000, { outcome: 'unknown', exitCode: null }),
      life(1, 8000, null, { outcome: 'running', exitCode: null }),
    ])
    expect(found.map(({ at }) => at)).toEqual([1000])
  })

  test('an end unseen is one where an event told so, with the code and the memory of the event', () => {
    const unseen = life(1, 0, 10_000, { outcome: 'unknown', exitCode: null })
    const told = [
      event('t:1', 8_900, 'service.out-of-memory'),
      event('t:1', 9_000, 'service.failed', { exitCode: 137, outOfMemory: true }),
    ]
    expect(falls([unseen], told)).toMatchObject([{ at: 9_000, exitCode: 137, outOfMemory: true }])
    expect(falls([unseen], [event('t:2', 9_000, 'service.failed', { exitCode: 137 })])).toEqual([])
  })

  test('an end unseen between two falls of the same container is one of them', () => {
    const unseen = { outcome: 'unknown', exitCode: null } as const
    const lives = [life(1, 0, 1000), life(1, 2000, 3000, unseen), life(1, 4000, 5000)]
    expect(falls(lives).map(({ at }) => at)).toEqual([5000, 3000, 1000])
    expect(falls([...lives, life(1, 6000, 7000, unseen)])).toHaveLength(3)
  })

  test('of one name a few minutes apart are one crash, also of different containers', () => {
    const lives = [
      life(1, 0, minute),
      life(1, minute, 3 * minute),
      life(2, 4 * minute, 6 * minute),
      life(2, 20 * minute, 30 * minute),
      life(3, 0, 6 * minute),
    ]
    const crashes = folded(falls(lives), groupOf)
    expect(crashes.map((each) => [each[0].source.name, each.length, each[0].at / minute])).toEqual([
      ['web', 1, 30],
      ['web', 3, 6],
      ['other', 1, 6],
    ])
  })
})

test.each([
  [137, false, /killed, often for want of memory/],
  [137, true, /^killed for memory/],
  [1, false, /general error/],
  [139, false, /segmentation/],
  [127, false, /not found/],
  [3, false, /of the program itself/],
  [170, false, /signal 42/],
  [null, false, /was not seen/],
])('exit code %s says what it means', (code, outOfMemory, words) => {
  expect(exitWords(code, outOfMemory)).toMatch(words)
})
