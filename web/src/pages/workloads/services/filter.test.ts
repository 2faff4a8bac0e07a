import { expect, test } from 'vitest'
import { countStates, grouped, inScope, ofState, sorted } from './filter.ts'
import { distinct, portLink, portText } from './ports.ts'
import { aService } from './service.fixture.ts'

const none = { q: '', state: '', target: '', stack: '' }
const rows = [
  aService({ name: 'web-10', stack: 'shop', labels: { tier: 'front' } }),
  aService({ name: 'web-2', stack: 'shop', state: 'failed' }),
  aService({
    name: 'db',
    targetId: 'local',
    targetName: 'vm',
    state: 'stopped',
    image: 'postgres:17',
    changedAt: '2026-11-20T13:00:00.000Z',
  }),
]
const names = (list: readonly { name: string }[]): string[] => list.map((row) => row.name)

test('every word must be found, anywhere', () => {
  expect(names(inScope(rows, { ...none, q: 'WEB tier=front' }))).toEqual(['web-10'])
  expect(names(inScope(rows, { ...none, q: 'postgres' }))).toEqual(['db'])
  expect(names(inScope(rows, { ...none, target: 'vm' }))).toEqual(['db'])
  expect(names(inScope(rows, { ...none, stack: '-' }))).toEqual(['db'])
})

test('a container of a Swarm task is left out where its service stands for it', () => {
  const swarm = aService({ id: 'swarm:s1', name: 'shop_web', kind: 'swarm-service', targetId: 'swarm' })
  const task = aService({ name: 'shop_web.1.abc', targetId: 'n1', taskOf: 'swarm:s1' })
  expect(names(inScope([swarm, task], none))).toEqual(['shop_web'])
  expect(names(inScope([swarm, task], { ...none, target: 'n1' }))).toEqual(['shop_web.1.abc'])
  expect(names(inScope([task], none))).toEqual(['shop_web.1.abc'])
})

test('states filter and count', () => {
  expect(countStates(rows)).toEqual({ running: 1, failed: 1, stopped: 1 })
  expect(names(ofState(rows, 'failed,stopped'))).toEqual(['web-2', 'db'])
})

test('what needs someone comes first; names sort as people count', () => {
  const zero = () => 0
  expect(names(sorted(rows, 'needs', zero, zero))).toEqual(['web-2', 'web-10', 'db'])
  expect(names(sorted(rows, 'name', zero, zero))).toEqual(['db', 'web-2', 'web-10'])
  expect(names(sorted(rows, 'changed', zero, zero))[0]).toBe('db')
  expect(names(sorted(rows, 'cpu', (id) => (id === 'docker:db' ? 50 : null), zero))[0]).toBe('db')
})

test('groups have a head and keep the order', () => {
  const list = grouped(rows, 'stack').map((row) =>
    row.kind === 'group' ? `# ${row.name} ${row.services.length}` : row.service.name,
  )
  expect(list).toEqual(['# shop 2', 'web-10', 'web-2', '# No stack 1', 'db'])
})

test('ports read short, each once, and link where they can be reached', () => {
  const ports = [
    { host: '0.0.0.0', hostPort: 8080, port: 80, protocol: 'tcp' as const },
    { host: '::', hostPort: 8080, port: 80, protocol: 'tcp' as const },
    { host: null, hostPort: null, port: 53, protocol: 'udp' as const },
  ]
  expect(portText(ports)).toBe('8080:80, 53/udp')
  expect(distinct(ports)).toHaveLength(2)
  expect(ports.map((port) => portLink(port, 'wheel.example'))).toEqual([
    'http://wheel.example:8080',
    'http://wheel.example:8080',
    null,
  ])
})
