import type { Native } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import { merge } from './fetch.ts'

const row = (id: string, index: number, more: object = {}): Native => ({ ID: id, Version: { Index: index }, ...more })
const manager = (reachability: string): Native => row('n1', 7, { ManagerStatus: { Reachability: reachability } })

test('what is at the same version is the same object, and a list of the same the same list', () => {
  const before = [row('a', 1), row('b', 2)]
  expect(merge('service', before, [row('a', 1), row('b', 2)])).toBe(before)
  const after = merge('service', before, [row('a', 1), row('b', 3)])
  expect(after[0]).toBe(before[0])
  expect(after[1]).toEqual(row('b', 3))
  expect(merge('service', before, [row('a', 1)])).toEqual([row('a', 1)])
})

test('a manager that is reached again is seen, though its version stays', () => {
  const before = [manager('unreachable')]
  expect(merge('node', before, [manager('unreachable')])).toBe(before)
  expect(merge('node', before, [manager('reachable')])).toEqual([manager('reachable')])
})

test('networks, which have no version, are compared whole', () => {
  const before = [{ Id: 'x', Name: 'front' }]
  expect(merge('network', before, [{ Id: 'x', Name: 'front' }])).toBe(before)
  expect(merge('network', before, [{ Id: 'x', Name: 'back' }])).toEqual([{ Id: 'x', Name: 'back' }])
})
