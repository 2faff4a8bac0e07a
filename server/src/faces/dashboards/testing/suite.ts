import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Street } from '../../../../../test/identity/house.ts'
import { type Board, type BoardStore, openBoardStore } from '../store.ts'

const board = (id: string, more: Partial<Board> = {}): Board => ({
  id,
  ownerId: 'mara',
  owner: 'Mara',
  name: id,
  description: '',
  shared: false,
  version: 1,
  // Longer than what 32 bits hold.
  rangeMs: 31 * 86_400_000,
  widgets: [{ id: 'w1', place: { x: 0, y: 0, w: 6, h: 4 }, spec: { kind: 'markdown', text: 'ü "quoted"' } }],
  createdAt: 1_795_000_000_000,
  changedAt: 1_795_000_000_000,
  changedBy: 'Mara',
  ...more,
})
const by = { changedAt: 1_795_000_000_001, changedBy: 'Ole' }

/** Dashboards on every kind of database. */
export function boardStoreSuite(name: string, openStreet: () => Promise<Street>): void {
  describe(`dashboards on ${name}`, () => {
    let street: Street
    let store: BoardStore
    beforeAll(async () => void (street = await openStreet()))
    afterAll(() => street.close())
    beforeEach(async () => {
      const { database } = await street.house()
      const db = database.db.withTables<{ dashboards: { id: string }; dashboardDefaults: { userId: string } }>()
      await db.deleteFrom('dashboards').execute()
      await db.deleteFrom('dashboardDefaults').execute()
      store = openBoardStore(database)
    })

    test('are kept as they were written', async () => {
      expect(await store.add(board('a'))).toBe(true)
      expect(await store.get('a')).toEqual(board('a'))
      expect(await store.get('b')).toBeNull()
      expect(await store.countOf('mara')).toBe(1)
      expect(await store.countOf('ole')).toBe(0)
    })

    test('have one name for each owner', async () => {
      await store.add(board('a', { name: 'same' }))
      expect(await store.add(board('b', { name: 'same' }))).toBe(false)
      expect(await store.add(board('c', { name: 'same', ownerId: 'ole' }))).toBe(true)
      await store.add(board('d'))
      expect(await store.change('d', 1, { name: 'same', ...by })).toBe('taken')
    })

    test('change from the version that was read alone', async () => {
      await store.add(board('a'))
      expect(await store.change('a', 1, { description: 'new', shared: true, ...by })).toBe('done')
      expect(await store.change('a', 1, { description: 'late', ...by })).toBe('stale')
      expect(await store.change('gone', 1, by)).toBe('stale')
      expect(await store.get('a')).toEqual(board('a', { version: 2, description: 'new', shared: true, ...by }))
    })

    test('are seen by their owner, and by all when shared', async () => {
      for (const one of [board('a'), board('b', { shared: true }), board('c', { ownerId: 'ole' })]) await store.add(one)
      const names = async (user: string) => (await store.seenBy(user)).map(({ id }) => id)
      expect([await names('mara'), await names('ole')]).toEqual([
        ['a', 'b'],
        ['b', 'c'],
      ])
    })

    test('of somebody who is gone: the private ones go, the shared ones stay', async () => {
      for (const one of [board('a'), board('b', { shared: true }), board('c', { ownerId: 'ole' })]) await store.add(one)
      await store.setDefault('mara', 'a')
      await store.forget('mara')
      expect(await Promise.all(['a', 'b', 'c'].map(async (id) => (await store.get(id)) !== null))).toEqual([
        false,
        true,
        true,
      ])
      expect(await store.defaultOf('mara')).toBeNull()
    })

    test('one of them is what a person begins with', async () => {
      await store.add(board('a'))
      await store.add(board('b'))
      await store.setDefault('mara', 'a')
      await store.setDefault('mara', 'b')
      expect(await store.defaultOf('mara')).toBe('b')
      await store.remove('b')
      expect(await store.defaultOf('mara')).toBeNull()
      await store.setDefault('mara', 'a')
      await store.setDefault('mara', null)
      expect(await store.defaultOf('mara')).toBeNull()
    })
  })
}
