import type { Topology } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { card, layout, narrowed, neighbours } from './layout.ts'

const node = (id: string, kind: Topology['nodes'][number]['kind'], more = {}): Topology['nodes'][number] => ({
  id,
  kind,
  name: id,
  targetId: 't',
  state: null,
  stack: null,
  detail: null,
  ...more,
})
const topology: Topology = {
  nodes: [
    node('t', 'target'),
    node('net-b', 'network'),
    node('net-a', 'network'),
    node('web', 'service', { state: 'running', stack: 'shop' }),
    node('db', 'service', { state: 'running', stack: 'shop' }),
    node('alone', 'service', { state: 'stopped' }),
    node('t:host', 'host'),
  ],
  edges: [
    { from: 'web', to: 'net-a', kind: 'attached', label: '10.0.0.2' },
    { from: 'db', to: 'net-a', kind: 'attached', label: '10.0.0.3' },
    { from: 'web', to: 't:host', kind: 'published', label: '8080 → 80' },
  ],
}

test('nothing lies over another, and the order is that of the names, whatever the state', () => {
  const map = layout(topology)
  const places = map.nodes.map(({ node: { id }, x, y }) => ({ id, x, y }))
  for (const a of places)
    for (const b of places)
      if (a.id !== b.id) expect(Math.abs(a.x - b.x) >= card.width || Math.abs(a.y - b.y) >= card.height).toBe(true)
  const column = (x: number): string[] =>
    places
      .filter((one) => one.x === x)
      .sort((a, b) => a.y - b.y)
      .map((one) => one.id)
  expect(column(places.find((one) => one.id === 'net-a')?.x ?? 0)).toEqual(['net-a', 'net-b'])
  expect(column(places.find((one) => one.id === 'db')?.x ?? 0)).toEqual(['db', 'web', 'alone'])
  const stopped = { ...topology, nodes: topology.nodes.map((one) => ({ ...one, state: 'stopped' })).toReversed() }
  expect(new Set(layout(stopped).nodes.map(({ node: { id }, x, y }) => `${id} ${x} ${y}`))).toEqual(
    new Set(places.map(({ id, x, y }) => `${id} ${x} ${y}`)),
  )
  expect(map.edges).toHaveLength(3)
  expect(places.every((one) => one.x + card.width <= map.width && one.y + card.height <= map.height)).toBe(true)
})

test('a node lights up with what it is joined to', () => {
  expect(neighbours(topology, 'web')).toEqual(new Set(['web', 'net-a', 't:host']))
})

test('a filter keeps what matches, what it is joined to, and where it is', () => {
  expect(narrowed(topology, 'DB').nodes.map(({ id }) => id)).toEqual(['t', 'net-a', 'db'])
  expect(narrowed(topology, 'db').edges).toHaveLength(1)
  expect(narrowed(topology, 'nothing such')).toEqual({ nodes: [], edges: [] })
  expect(narrowed(topology, '')).toBe(topology)
})
