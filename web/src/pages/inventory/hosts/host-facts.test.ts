import type { Target } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { differing, factsOf, type HostData } from './host-facts.ts'

const engine = {
  hostname: 'a',
  os: 'Debian 12',
  arch: 'x86_64',
  version: '20.10.24',
  apiVersion: '1.41',
  cpus: 2,
  memoryBytes: 2 ** 31,
}
const host = (name: string, over: Partial<Target> = {}, more: Partial<HostData> = {}): HostData => ({
  target: {
    id: name,
    name,
    kind: 'docker',
    address: `tcp://${name}:2376`,
    tls: true,
    group: null,
    tags: [],
    origin: 'registered',
    state: 'connected',
    reason: null,
    engine: { ...engine, hostname: name },
    capabilities: [],
    services: { running: 2 },
    usage: null,
    observedAt: null,
    stale: false,
    createdAt: '2026-11-20T10:00:00.000Z',
    ...over,
  },
  images: undefined,
  volumes: undefined,
  networks: undefined,
  info: undefined,
  lacks: undefined,
  ...more,
})
const named = (hosts: readonly HostData[]): Record<string, readonly (string | null)[]> =>
  Object.fromEntries(factsOf(hosts).flatMap(({ facts }) => facts.map(({ label, values }) => [label, values])))

test('stands side by side, one value a host', () => {
  const usage = {
    at: '',
    cpuPercent: 12,
    memoryBytes: 512,
    memoryTotalBytes: 1024,
    diskBytes: null,
    diskTotalBytes: null,
  }
  const facts = named([
    host('a', { usage }, { images: { count: 3, sizeBytes: 1024 }, volumes: 2, networks: 4 }),
    host(
      'b',
      { services: { running: 1, failed: 2 } },
      { info: { Driver: 'overlay2', Swarm: { LocalNodeState: 'active' } } },
    ),
  ])
  expect(facts).toMatchObject({ All: ['2', '3'], Running: ['2', '1'], Failed: ['0', '2'], Volumes: ['2', null] })
  expect(facts['Storage driver']).toEqual([null, 'overlay2'])
  expect(facts.Swarm).toEqual([null, 'worker'])
  expect(facts['Memory in use']?.[0]).toMatch(/^50/)
  expect(facts).not.toHaveProperty('Paused')
  expect(facts).not.toHaveProperty('Disk in use')
})

test('differs only where hosts should be alike, and never by what one does not tell', () => {
  const hosts = [
    host('a', {}, { lacks: ['secrets'] }),
    host('b', { engine: { ...engine, hostname: 'b', version: '26.1.5' } }, { lacks: [], info: { Driver: 'overlay2' } }),
    host('c', { engine: null, state: 'unreachable' }, { info: null, lacks: null }),
  ]
  const labels = differing(factsOf(hosts)).flatMap(({ facts }) => facts.map(({ label }) => label))
  expect(labels).toEqual(['Version', 'Cannot'])
})
