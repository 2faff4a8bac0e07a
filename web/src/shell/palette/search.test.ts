import { expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { arranged, search } from './search.ts'

const entry = (id: string, over: Partial<Entry>): Entry => ({
  id,
  group: 'Go to',
  sort: '/',
  name: id,
  about: '',
  what: '',
  weight: 0.5,
  ...over,
})
const all = [
  entry('web', { name: 'shop-web', about: 'service on north' }),
  entry('restart-web', { group: 'Run', sort: '>', verb: 'Restart', name: 'shop-web', act: 'restart' }),
  entry('restart-worker', { group: 'Run', sort: '>', verb: 'Restart', name: 'shop-worker', act: 'restart', weight: 3 }),
  entry('logs-web', { group: 'Run', sort: '>', verb: 'Logs of', name: 'shop-web', weight: 3 }),
  entry('north', { sort: '@', name: 'north' }),
]
const ids = (typed: string, recent: string[] = []): string[] => search(all, typed, recent).map((each) => each.id)

test('a verb brings acts up, a bare name the thing', () => {
  expect(ids('restart web')).toEqual(['restart-web'])
  expect(ids('shop-web')[0]).toBe('web')
  expect(ids('logs web')).toEqual(['logs-web'])
})

test('what needs someone ranks above what runs', () => {
  expect(ids('restart shop')).toEqual(['restart-worker', 'restart-web'])
})

test('a prefix narrows to its kind', () => {
  expect(ids('@')).toEqual(['north'])
  expect(ids('> restart')).toEqual(['restart-worker', 'restart-web'])
})

test('what was used lately comes first, nonsense finds nothing', () => {
  expect(ids('restart shop', ['restart-web'])[0]).toBe('restart-worker')
  expect(ids('', ['restart-web'])).toContain('restart-web')
  expect(ids('zzz')).toEqual([])
})

test('the group that fits best stands first, whole', () => {
  const shown = (typed: string): string[] => arranged(search(all, typed, [])).map((each) => each.group)
  expect(shown('shop-web')).toEqual(['Go to', 'Run', 'Run'])
  expect(shown('restart')).toEqual(['Run', 'Run'])
  expect(shown('r')[0]).toBe('Run')
})
