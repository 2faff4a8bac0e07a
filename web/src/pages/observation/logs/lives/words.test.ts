import type { ServiceLife } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { askOf } from '../search/ask.ts'
import { lastWords } from './words.ts'

const life: ServiceLife = {
  id: 'life',
  sourceId: '7',
  serviceId: 'local:web',
  image: 'shop/web:3',
  startedAt: '2026-11-20T12:00:00.000Z',
  endedAt: '2026-11-20T12:30:00.000Z',
  exitCode: 137,
  outcome: 'crashed',
  reason: 'Killed for memory',
}

test('the last words are those of one life, from its end', () => {
  const ask = askOf(lastWords(life))
  expect([ask.service, ask.since, ask.until, ask.order]).toEqual([
    '7',
    '2026-11-20T11:59:58.000Z',
    '2026-11-20T12:30:02.000Z',
    'newest',
  ])
  expect(askOf(lastWords({ ...life, endedAt: null })).until).toBe('')
})
