import { expect, test } from 'vitest'
import { labelChanges } from './label-changes.ts'

test('only what differs is sent, and what is gone is told as null', () => {
  expect(labelChanges({ disk: 'hdd', zone: 'north', old: '1' }, { disk: 'ssd', zone: 'north', fresh: '' })).toEqual({
    disk: 'ssd',
    fresh: '',
    old: null,
  })
})
