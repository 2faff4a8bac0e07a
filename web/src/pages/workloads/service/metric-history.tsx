import type { Service } from '@wheelhouse/contract'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import type { Time } from '../../observation/metrics/ask.ts'
import { MetricPanel } from '../../observation/metrics/metric-panel.tsx'

interface Chart {
  readonly title: string
  /** Names of its metrics, and what each is called in the chart. */
  readonly lines: Readonly<Record<string, string>>
  readonly atLeast?: number
  /** How often it happened in the time of a point, where a rate a second says nothing to anybody. */
  readonly isCount?: boolean
}
const usual: readonly Chart[] = [
  { title: 'CPU', lines: { 'cpu.percent': 'of one core' }, atLeast: 5 },
  { title: 'Memory', lines: { 'memory.bytes': 'without page cache' }, atLeast: 1024 * 1024 },
  { title: 'Network', lines: { 'network.in': 'received', 'network.out': 'sent' } },
  { title: 'Block I/O', lines: { 'block.read': 'read', 'block.write': 'written' } },
  { title: 'Processes', lines: { pids: 'processes and threads' } },
  { title: 'Restarts', lines: { restarts: 'restarts' }, isCount: true },
]
const more: readonly Chart[] = [
  { title: 'Health check', lines: { 'check.response-ms': 'took' } },
  { title: 'Requests', lines: { requests: 'answered', 'requests.refused': 'refused', 'requests.errors': 'failed' } },
  { title: 'Response time', lines: { 'requests.response-ms': 'of its answers' } },
]

/** What is kept of a service, joined over the containers it ran in. */
export function MetricHistory({
  service,
  time,
  onSelect,
}: {
  service: Service
  time: Time
  onSelect: (from: number, to: number) => void
}) {
  // Charts of what nobody observes of it would be gaps all over.
  const observed = useQuery({
    queryKey: keys.metricQuery({ observedOf: service.id }),
    queryFn: ({ signal }) =>
      client.metrics.query(
        {
          metric: more.flatMap(({ lines }) => Object.keys(lines)).join(','),
          service: service.id,
          since: new Date(Date.now() - 30 * 86_400_000).toISOString(),
          stepMs: 86_400_000,
        },
        { signal },
      ),
    staleTime: 300_000,
    retry: false,
  })
  const names = new Set((observed.data?.series ?? []).map(({ metric }) => metric))
  const charts = [...usual, ...more.filter(({ lines }) => Object.keys(lines).some((name) => names.has(name)))]
  return (
    <div className="panels">
      {charts.map(({ title, lines, atLeast, isCount }) => (
        <MetricPanel
          key={title}
          title={title}
          asked={{
            metric: Object.keys(lines).join(','),
            service: service.id,
            ...(isCount ? { aggregate: 'increase' as const } : {}),
          }}
          time={time}
          span={6}
          sync="service"
          nameOf={({ metric }) => lines[metric] ?? metric}
          limit={title === 'Memory' ? (service.usage?.memoryLimitBytes ?? null) : null}
          onSelect={onSelect}
          {...(atLeast === undefined ? {} : { atLeast })}
        />
      ))}
    </div>
  )
}
