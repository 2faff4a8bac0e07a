import { checkDefaults } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { toldBefore, Turns } from './turns.ts'

test('only a turn is told: not the start of a check, not the same again', () => {
  const turns = new Turns(null)
  expect(turns.next('starting', 0)).toBe('nothing')
  expect(turns.next('healthy', 1)).toBe('turn')
  expect(turns.next('starting', 2)).toBe('nothing')
  expect(turns.next('healthy', 3)).toBe('nothing')
  expect(turns.next('unhealthy', 4)).toBe('turn')
  expect(turns.next('none', 5)).toBe('nothing')
})

test('what was told before a restart is not told again', () => {
  const spec = { name: 'a', kind: 'tcp', host: 'x', port: 1, ...checkDefaults } as const
  const results = (...oks: boolean[]) => oks.map((ok) => ({ at: '2026-01-01T00:00:00Z', ok, tookMs: 1, message: '' }))
  expect(toldBefore([{ spec, results: [] }])).toBeNull()
  expect(toldBefore([{ spec, results: results(false, true) }])).toBe('healthy')
  expect(toldBefore([{ spec, results: results(true, false, false) }])).toBe('healthy')
  expect(toldBefore([{ spec, results: results(false, false, false) }])).toBe('unhealthy')
  expect(new Turns('healthy').next('healthy', 0)).toBe('nothing')
})

test('one that flaps is told of once, until it was calm for a while', () => {
  const turns = new Turns('healthy')
  const said = Array.from({ length: 200 }, (_, n) => turns.next(n % 2 === 0 ? 'unhealthy' : 'healthy', n * 1000))
  expect(said.filter((one) => one === 'turn')).toHaveLength(5)
  expect(said.filter((one) => one === 'flapping')).toHaveLength(1)
  expect(turns.next('unhealthy', 2_000_000)).toBe('turn')
})
