import { expect, test } from 'vitest'
import type { AlertRule } from '@wheelhouse/contract'
import { draftOf, spanOf, spanText, specOf } from './draft.ts'

test.each([
  ['90 s', 90_000],
  ['5min', 300_000],
  ['5', 300_000],
  ['2 h', 7_200_000],
  ['1,5 h', 5_400_000],
  ['1 d', 86_400_000],
  ['soon', null],
  ['', null],
])('%s is %s ms', (text, ms) => expect(spanOf(text)).toBe(ms))

test('what is shown of a span is read as the same', () => {
  for (const ms of [1_000, 90_000, 300_000, 5_400_000, 7_200_000, 86_400_000]) expect(spanOf(spanText(ms))).toBe(ms)
})

const of = {
  id: 'r',
  given: true,
  open: 0,
  firedAt: null,
  problem: null,
  createdBy: 'root',
  createdAt: '2026-06-10T00:00:00.000Z',
  changedAt: '2026-06-10T00:00:00.000Z',
}
const conditions: AlertRule['condition'][] = [
  { kind: 'metric', metric: 'cpu.percent', windowMs: 300_000, compare: 'below', threshold: 5, clearAt: 8 },
  { kind: 'change', metric: 'requests', windowMs: 300_000, beforeMs: 86_400_000, compare: 'above', percent: 50 },
  {
    kind: 'forecast',
    metric: 'target.disk-percent',
    windowMs: 21_600_000,
    withinMs: 86_400_000,
    compare: 'above',
    threshold: 97,
  },
  { kind: 'log', q: 'timeout', level: 'error', windowMs: 60_000, atLeast: 3 },
  { kind: 'event', types: ['deployment.failed'], windowMs: 3_600_000, atLeast: 1, until: ['deployment.succeeded'] },
  { kind: 'health' },
  { kind: 'state', states: ['failed', 'degraded'] },
  { kind: 'target' },
  { kind: 'absence', of: 'event', types: ['backup.created'], windowMs: 93_600_000 },
  { kind: 'absence', of: 'lines', windowMs: 600_000 },
]
test.each(conditions)('a rule of $kind comes out of the form as it went in', (condition) => {
  const spec = {
    name: 'R',
    summary: 'Do this',
    severity: 'critical' as const,
    where: { stack: 'shop', label: 'team=web' },
    condition,
    forMs: 60_000,
    clearAfterMs: 120_000,
    channels: ['ops'],
    remindMs: 3_600_000,
    escalate: [{ afterMs: 600_000, channels: ['boss'] }],
    enabled: false,
  }
  const { spec: made, wrong } = specOf(draftOf({ ...of, ...spec }))
  expect(wrong).toEqual({})
  expect(made).toEqual(spec)
})

test('what is wrong is told by field', () => {
  const draft = { ...draftOf(null), name: '', threshold: 'much', window: 'long', hold: 'ever', escalateAfter: '5 min' }
  expect(Object.keys(specOf(draft).wrong).toSorted()).toEqual(['escalateTo', 'hold', 'name', 'threshold', 'window'])
})
