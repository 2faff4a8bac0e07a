import type { EngineEvent } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { eventDetail, eventGlyph, isChatter, mergedEvents, eventName } from './event-words.ts'

const event = (second: number, action: string, attributes: Record<string, string> = {}): EngineEvent => ({
  targetId: 'd',
  at: `2026-01-01T00:00:0${second}.000Z`,
  type: 'container',
  action,
  actorId: 'abc',
  name: 'web',
  attributes,
})

test('what was read and what came live are one list, newest first, each once', () => {
  const read = [event(1, 'create'), event(2, 'start')]
  const merged = mergedEvents(read, [event(2, 'start'), event(3, 'die')])
  expect(merged.map(({ action }) => action)).toEqual(['die', 'start', 'create'])
})

test('only what went wrong has a mark', () => {
  expect(eventGlyph(event(1, 'die', { exitCode: '137' }))).toBe('failed')
  expect(eventGlyph(event(1, 'die', { exitCode: '0' }))).toBeNull()
  expect(eventGlyph(event(1, 'oom'))).toBe('failed')
  expect(eventGlyph(event(1, 'health_status: unhealthy'))).toBe('degraded')
  expect(eventGlyph(event(1, 'start'))).toBeNull()
  expect(eventDetail(event(1, 'die', { exitCode: '137', image: 'web:1', team: 'red' }))).toBe('exit code 137, web:1')
})

test('the chatter of checks is told apart', () => {
  const actions = ['exec_start', 'health_status: healthy', 'archive-path', 'health_status: unhealthy', 'start']
  expect(actions.map((action) => isChatter({ action }))).toEqual([true, true, true, false, false])
})

test('a name is told whole, an id by its start', () => {
  const id = 'f41c1bc68927'.padEnd(64, '0')
  expect(eventName({ name: 'web', actorId: id })).toBe('web')
  expect(eventName({ name: null, actorId: id })).toBe('f41c1bc68927')
  expect(eventName({ name: null, actorId: `sha256:${id}` })).toBe('f41c1bc68927')
  expect(eventName({ name: null, actorId: 'a-volume-of-somebody' })).toBe('a-volume-of-somebody')
})
