import type { Service } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { Entities } from './entities.ts'
import type { EntityRow, MetricStore } from './store.ts'

const now = Date.UTC(2026, 10, 22)
const service = (id: string, name: string, more: Partial<Service> = {}): Service =>
  ({ id, name, targetId: 'local', targetName: 'here', stack: 'shop', stackService: name, ...more }) as Service

/** What was written down, by number. */
function opened(rows = new Map<number, EntityRow>()) {
  const store = {
    entities: async () => [...rows.values()],
    putEntities: async (given: readonly EntityRow[]) => {
      for (const row of given) rows.set(row.id, row)
    },
    dropEntities: async (ids: readonly number[]) => {
      for (const id of ids) rows.delete(id)
    },
  } as unknown as MetricStore
  return { rows, entities: new Entities(store) }
}
const all = () => true
const named = (entities: Entities, reference: string): string[] =>
  entities.select('service', { service: reference }, all).map(({ name }) => name)

test('a name on a target is one history, whichever container bears it; a number is never given twice', async () => {
  const { rows, entities } = opened()
  const first = entities.service(service('local:a1', 'web'), now)
  expect(entities.service(service('local:b2', 'web'), now + 1000).id).toBe(first.id)
  expect(entities.service(service('local:c3', 'web', { targetId: 'west' }), now).id).not.toBe(first.id)
  await entities.flush()
  // As after the database was restored from a backup of before any of them.
  const later = opened()
  await later.entities.load()
  expect(later.entities.service(service('local:d4', 'api'), now + 60_000).id).toBeGreaterThan(Math.max(...rows.keys()))
})

test('one that is renamed is what it is called now, and its old name is one of a service that is gone', () => {
  const { entities } = opened()
  entities.service(service('local:a1', 'web-new'), now)
  entities.service(service('local:a1', 'web'), now)
  expect(named(entities, 'local:a1')).toEqual(['web'])
  expect(named(entities, 'web-new')).toEqual(['web-new'])
  expect(() => named(entities, 'nobody')).toThrow('No readings are kept of "nobody"')
})

test('tasks of a Swarm go on under their slot', () => {
  const { entities } = opened()
  const task = (id: string): Service => service(`local:${id}`, `web.2.${id.padEnd(25, 'x')}`, { taskOf: 'swarm:web' })
  expect(entities.service(task('a1'), now).name).toBe('web.2')
  expect(entities.service(task('b2'), now).id).toBe(entities.service(task('a1'), now).id)
})

test('who was gone for longer than anything is kept is forgotten, who is there never', async () => {
  const { rows, entities } = opened()
  const here = entities.service(service('local:a1', 'web'), now)
  const gone = entities.service(service('local:b2', 'old'), now)
  await entities.tidy(new Set([here.id]), now + 1000, now + 500)
  expect([...rows.keys()]).toEqual([here.id])
  expect(entities.byId(gone.id)).toBeNull()
  expect(rows.get(here.id)?.seenAt).toBe(now + 1000)
})
