import type { Metric } from '@wheelhouse/contract'

/** A metric and the number its values are kept under. */
export type KeptMetric = Metric & { readonly id: number }

const ofService = (
  id: number,
  name: string,
  unit: Metric['unit'],
  summary: string,
  more: Partial<Pick<Metric, 'kind' | 'origin'>> = {},
): KeptMetric => ({ id, name, of: 'service', kind: 'gauge', unit, summary, origin: 'target', ...more })
const ofTarget = (id: number, name: string, unit: Metric['unit'], summary: string): KeptMetric => ({
  ...ofService(id, name, unit, summary),
  of: 'target',
})

/** What is read of every service, in the order of the values of a reading. Numbers are written down with the values: they never change. */
export const serviceMetrics = [
  ofService(1, 'cpu.percent', 'percent', 'CPU; 100 is one core'),
  ofService(2, 'memory.bytes', 'bytes', 'Memory without page cache'),
  ofService(3, 'memory.limit-bytes', 'bytes', 'Memory it may take'),
  ofService(4, 'memory.percent', 'percent', 'Memory of what it may take'),
  ofService(5, 'network.in', 'bytes/s', 'Bytes that come in over the network'),
  ofService(6, 'network.out', 'bytes/s', 'Bytes that go out over the network'),
  ofService(7, 'block.read', 'bytes/s', 'Bytes read from disks'),
  ofService(8, 'block.write', 'bytes/s', 'Bytes written to disks'),
  ofService(9, 'pids', 'count', 'Processes and threads'),
  ofService(10, 'restarts', 'count', 'How often its target has started it again', { kind: 'counter' }),
  ofService(11, 'service.up', 'none', '1 while it runs, 0 while it does not'),
] as const

export const targetMetrics = [
  ofTarget(40, 'target.up', 'none', '1 while it is heard, 0 while it is not'),
  ofTarget(41, 'target.cpu-percent', 'percent', 'CPU of all cores, 0 to 100'),
  ofTarget(42, 'target.memory-bytes', 'bytes', 'Memory in use'),
  ofTarget(43, 'target.memory-total-bytes', 'bytes', 'Memory there is'),
  ofTarget(44, 'target.memory-percent', 'percent', 'Memory in use of what there is'),
  ofTarget(45, 'target.disk-bytes', 'bytes', 'Disk in use'),
  ofTarget(46, 'target.disk-total-bytes', 'bytes', 'Disk there is'),
  ofTarget(47, 'target.disk-percent', 'percent', 'Disk in use of what there is'),
] as const

/** What other rooms observe. */
export const observedMetrics = [
  ofService(60, 'check.up', 'none', '1 where its health checks pass, 0 where they do not', { origin: 'check' }),
  ofService(61, 'check.response-ms', 'ms', 'How long its health check took', { origin: 'check' }),
  ofService(62, 'requests', 'count', 'Requests it answered', { kind: 'counter', origin: 'log' }),
  ofService(63, 'requests.errors', 'count', 'Requests it answered with 500 or more', {
    kind: 'counter',
    origin: 'log',
  }),
  ofService(64, 'requests.refused', 'count', 'Requests it answered with 400 to 499', {
    kind: 'counter',
    origin: 'log',
  }),
  ofService(65, 'requests.response-ms', 'ms', 'How long its answers took', { origin: 'log' }),
  ofService(66, 'requests.bytes', 'bytes', 'Bytes of its answers', { kind: 'counter', origin: 'log' }),
  ofService(70, 'scrape.up', 'none', '1 where its metrics endpoint answers, 0 where it does not', { origin: 'scrape' }),
  ofService(71, 'scrape.response-ms', 'ms', 'How long its metrics endpoint took', { origin: 'scrape' }),
  ofService(72, 'scrape.series', 'count', 'Series that its metrics endpoint has', { origin: 'scrape' }),
  ofService(73, 'queue.pending', 'count', 'Jobs that wait in the queues its checks look at', { origin: 'check' }),
  ofService(74, 'queue.failed', 'count', 'Jobs that failed in the queues its checks look at', { origin: 'check' }),
] as const

export type ObservedName = (typeof observedMetrics)[number]['name']

export const givenMetrics: readonly KeptMetric[] = [...serviceMetrics, ...targetMetrics, ...observedMetrics]
/** Those of endpoints are numbered from here on. */
export const firstScraped = 1_000
