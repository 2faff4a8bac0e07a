import type { Metric, MetricAnswer, MetricSeries, Scrape, Service } from '@wheelhouse/contract'
import type { Failure } from '@wheelhouse/contract'
import type { ContractServer } from './contract-server.ts'
import { ago } from './run-fixture.ts'

const metric = (name: string, unit: Metric['unit'], summary: string, over: Partial<Metric> = {}): Metric => ({
  name,
  of: 'service',
  kind: 'gauge',
  unit,
  summary,
  origin: 'target',
  ...over,
})
export const catalogue: Metric[] = [
  metric('cpu.percent', 'percent', 'CPU; 100 is one core'),
  metric('memory.bytes', 'bytes', 'Memory without page cache'),
  metric('network.in', 'bytes/s', 'Bytes that come in over the network'),
  metric('network.out', 'bytes/s', 'Bytes that go out over the network'),
  metric('block.read', 'bytes/s', 'Bytes read from disks'),
  metric('block.write', 'bytes/s', 'Bytes written to disks'),
  metric('pids', 'count', 'Processes and threads'),
  metric('restarts', 'count', 'How often its target has started it again', { kind: 'counter' }),
  metric('target.cpu-percent', 'percent', 'CPU of all cores, 0 to 100', { of: 'target' }),
  metric('target.memory-bytes', 'bytes', 'Memory in use', { of: 'target' }),
  metric('http_requests_total', 'count', 'Requests that were answered', { kind: 'counter', origin: 'scrape' }),
]

const names = [
  'shop-api',
  'shop-web',
  'shop-worker',
  'shop-mailer',
  'ledger',
  'search-with-a-name-that-is-long',
  'cache',
  'edge',
]

export const aService = (name: string): Service => ({
  id: `local:${name}`,
  name,
  kind: 'container',
  targetId: 'local',
  targetName: 'north',
  targetKind: 'docker',
  stack: name.startsWith('shop') ? 'shop' : null,
  stackService: null,
  state: 'running',
  nativeState: 'running',
  reason: null,
  health: 'none',
  image: 'registry.local/shop/api:12',
  command: 'node server.js',
  ports: [],
  labels: {},
  template: null,
  restarts: 2,
  exitCode: null,
  pid: 4_211,
  tty: false,
  checks: [],
  usage: null,
  createdAt: ago(9e8),
  startedAt: ago(9e7),
  changedAt: ago(9e7),
  observedAt: ago(0),
  stale: false,
})
export const services = (): Service[] => names.filter((name) => name !== 'shop-mailer').map(aService)

const scales: Partial<Record<Metric['unit'], number>> = {
  percent: 40,
  bytes: 3e8,
  'bytes/s': 2e5,
  count: 12,
  'count/s': 4,
}
const niceMs = [10_000, 20_000, 120_000, 600_000, 3_600_000, 10_800_000, 86_400_000]

/** Waves with a gap of two hours in the middle, that of a target that was not heard. */
function series(
  asked: Metric,
  name: string,
  index: number,
  since: number,
  until: number,
  stepMs: number,
): MetricSeries {
  const unit = asked.kind === 'counter' ? 'count/s' : asked.unit
  const scale = (scales[unit] ?? 1) / (1 + index / 2)
  const count = Math.ceil((until - since) / stepMs)
  const middle = Math.floor(count / 2)
  const values = Array.from({ length: count }, (_, at) => {
    if (Math.abs(at - middle) < count / 14) return null
    return scale * (1 + 0.5 * Math.sin(at / 9 + index) + 0.2 * Math.sin(at * 1.7 + index))
  })
  const isOfTarget = asked.of === 'target'
  return {
    metric: asked.name,
    unit,
    serviceId: isOfTarget || name === 'shop-mailer' ? null : `local:${name}`,
    service: isOfTarget ? null : name,
    stack: name.startsWith('shop') ? 'shop' : null,
    targetId: 'local',
    target: 'north',
    values,
  }
}

const scrape: Scrape = {
  service: 'shop-api',
  serviceId: 'local:shop-api',
  stack: 'shop',
  targetId: 'local',
  origin: 'set',
  scheme: 'http',
  port: 9100,
  path: '/metrics',
  intervalMs: 10_000,
  headers: ['Authorization'],
  state: 'down',
  at: ago(4_000),
  tookMs: 8,
  series: 0,
  leftOut: 0,
  problem: 'It refused the connection.',
}

/** What is kept of eight services, one of which is gone. */
export class KeptReadings {
  /** Whether anything is known. */
  isEmpty = false
  failure: Failure | null = null

  answer(server: ContractServer): void {
    server
      .on('services.list', () => ({ items: services(), nextCursor: null, total: 7, states: { running: 7 } }))
      .on('services.get', ({ id }) => aService(String(id).replace('local:', '')))
      .on('health.list', ({ id }) => ({ serviceId: String(id), state: 'none', checks: [] }))
      .on('metrics.catalogue', () => ({ items: catalogue }))
      .on('metrics.storage', () => ({
        enabled: true,
        bytes: 48_000_000,
        budgetBytes: 1_073_741_824,
        tiers: [],
        entities: 9,
        brokenPlaces: 0,
        remote: null,
        problem: null,
      }))
      .on('metrics.service', ({ id }) => ({
        serviceId: String(id),
        stepMs: 10_000,
        method: 'one reading each 10 s',
        samples: [],
      }))
      .on('metrics.query', (input) => this.#query(input))
      .on('scrapes.list', () => ({ items: [scrape], nextCursor: null, total: 1 }))
      .on('scrapes.test', () => ({
        ok: true,
        problem: null,
        tookMs: 12,
        series: 41,
        leftOut: 0,
        metrics: [],
      }))
      .on('scrapes.set', ({ port }) => ({ ...scrape, port: Number(port) }))
  }

  #query(input: Record<string, unknown>): MetricAnswer {
    if (this.failure) throw this.failure
    const until = Date.parse((input.until as string | undefined) ?? ago(0))
    const from = Date.parse((input.since as string | undefined) ?? ago(3_600_000))
    const stepMs = Number(input.stepMs ?? niceMs.find((ms) => ms >= (until - from) / 240))
    const since = Math.floor(from / stepMs) * stepMs
    const wanted = (input.service as string | undefined)?.replaceAll('local:', '').split(',') ?? names
    const metrics = String(input.metric).split(',')
    const found = metrics.flatMap((name) => {
      const asked = catalogue.find((one) => one.name === name)
      if (!asked || this.isEmpty) return []
      const who = asked.of === 'target' ? ['north'] : wanted
      const top = Number(input.top ?? 100)
      return who
        .slice(0, top)
        .map((one, index) => series(asked, one, index + metrics.indexOf(name), since, until, stepMs))
    })
    return { since: new Date(since).toISOString(), stepMs, asked: { stepMs }, series: found, more: 0 }
  }
}
