import { expect, test } from 'vitest'
import { readText } from './text-format.ts'

const text = `# HELP http_requests_total Requests that were answered.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{ method="get" , path="/a,b{c} d", } 3
# TYPE temperature gauge
temperature -1.5e+01
no_type 7
plain_total 8
# HELP latency_seconds How long.
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 5 # {trace_id="x"} 0.05
latency_seconds_bucket{le="+Inf"} 9
latency_seconds_sum 1.25
latency_seconds_count 9
latency_seconds_created 1.6e9
# TYPE pause_seconds summary
pause_seconds{quantile="0.5"} NaN
pause_seconds{quantile="0.9"} 0.2
queue_bytes +Inf
this is no sample at all
# EOF
`

test('samples are read with their labels, kinds, units and words', () => {
  const { samples, metrics, leftOut } = readText(text, 500)!
  expect(samples.map(({ name, labels, value }) => `${name}${labels} ${value}`)).toEqual([
    'http_requests_total{method="post",code="200"} 1027',
    'http_requests_total{method="get" , path="/a,b{c} d"} 3',
    'temperature -15',
    'no_type 7',
    'plain_total 8',
    'latency_seconds_bucket{le="0.1"} 5',
    'latency_seconds_bucket{le="+Inf"} 9',
    'latency_seconds_sum 1.25',
    'latency_seconds_count 9',
    'pause_seconds{quantile="0.9"} 0.2',
  ])
  expect(leftOut).toBe(1)
  expect(metrics.get('http_requests_total')).toEqual({
    name: 'http_requests_total',
    kind: 'counter',
    unit: 'count',
    summary: 'Requests that were answered.',
  })
  const kinds = Object.fromEntries([...metrics.values()].map(({ name, kind, unit }) => [name, `${kind} ${unit}`]))
  expect(kinds).toMatchObject({
    temperature: 'gauge none',
    no_type: 'gauge none',
    plain_total: 'counter count',
    latency_seconds_bucket: 'counter count',
    latency_seconds_sum: 'counter s',
    latency_seconds_count: 'counter count',
    pause_seconds: 'gauge s',
  })
  expect(metrics.get('latency_seconds_sum')?.summary).toBe('How long.')
})

test('what is more than is kept is counted, and a page that is no such text is told from an empty one', () => {
  const many = Array.from({ length: 12 }, (_, index) => `x{i="${index}"} ${index}`).join('\n')
  expect(readText(many, 10)).toMatchObject({ leftOut: 2 })
  expect(readText(many, 10)?.samples).toHaveLength(10)
  expect(readText(`x{i="${'y'.repeat(400)}"} 1`, 10)).toMatchObject({ leftOut: 1, samples: [] })
  expect(readText('<!doctype html><p>Hello</p>', 10)).toBeNull()
  expect(readText('', 10)).toBeNull()
})
