import type { Event, Service, Target } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { aService } from '../pages/workloads/services/service.fixture.ts'
import { applyFrame } from './frames.ts'
import { RowStore } from './row-store.ts'

const frames: (() => void)[] = []
const draw = (): void => {
  for (const frame of frames.splice(0)) frame()
}
const stores = () => ({
  services: new RowStore<Service>((run) => frames.push(run)),
  targets: new RowStore<Target>((run) => frames.push(run)),
  events: new RowStore<Event>((run) => frames.push(run)),
})

test('many changes are told once a frame, and the list stays the same until one', () => {
  const { services } = stores()
  let told = 0
  services.subscribe(() => told++)
  const before = services.all()
  expect(services.all()).toBe(before)
  for (let n = 0; n < 1000; n++) services.set(aService({ name: `s${n}` }))
  expect([told, services.all().length]).toEqual([0, 1000])
  draw()
  expect(told).toBe(1)
})

test('pushed rows take the place of old ones, removed ones go', () => {
  const all = stores()
  applyFrame({ kind: 'service', service: aService() }, all)
  applyFrame({ kind: 'service', service: aService({ state: 'failed' }) }, all)
  expect(all.services.all().map((row) => row.state)).toEqual(['failed'])
  applyFrame({ kind: 'service-removed', id: 'docker:web' }, all)
  expect(all.services.all()).toEqual([])
})

test('a target that goes takes its services along', () => {
  const all = stores()
  applyFrame({ kind: 'service', service: aService() }, all)
  applyFrame({ kind: 'service', service: aService({ name: 'db', targetId: 'local' }) }, all)
  applyFrame({ kind: 'target-removed', id: 'docker' }, all)
  expect(all.services.all().map((row) => row.name)).toEqual(['db'])
})

test('events are kept to the newest 300', () => {
  const all = stores()
  for (let n = 0; n < 320; n++)
    applyFrame(
      {
        kind: 'event',
        event: {
          id: `e${n}`,
          type: 'service.started',
          at: '2026-11-20T12:00:00.000Z',
          severity: 'info',
          message: '',
          actor: null,
          targetId: null,
          serviceId: null,
          serviceName: null,
          stack: null,
          data: {},
        },
      },
      all,
    )
  expect([all.events.all().length, all.events.all()[0]?.id]).toEqual([300, 'e20'])
})
