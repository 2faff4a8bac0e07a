import { expect, test } from 'vitest'
import { wiringOf } from './wiring.ts'

test('networks, mounts and bounds are read from what an engine tells', () => {
  expect(
    wiringOf({
      HostConfig: {
        Memory: 67_108_864,
        NanoCpus: 500_000_000,
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 },
      },
      NetworkSettings: { Networks: { shop_back: { IPAddress: '172.23.0.4' }, host: { IPAddress: '' } } },
      Mounts: [
        { Type: 'volume', Name: 'shop_data', Source: '/var/lib/docker/…', Destination: '/data', RW: true },
        { Type: 'bind', Source: '/etc/ssl', Destination: '/ssl', RW: false },
      ],
    }),
  ).toEqual({
    networks: [
      { name: 'shop_back', address: '172.23.0.4' },
      { name: 'host', address: null },
    ],
    mounts: [
      { type: 'volume', source: 'shop_data', destination: '/data', readOnly: false },
      { type: 'bind', source: '/etc/ssl', destination: '/ssl', readOnly: true },
    ],
    restart: 'on-failure, 2 times at most',
    memoryBytes: 67_108_864,
    cpus: 0.5,
  })
})

test('a quota is a share of a period, and what is not told is not there', () => {
  expect(wiringOf({ HostConfig: { CpuQuota: 150_000, Memory: 0, NanoCpus: 0 } }).cpus).toBe(1.5)
  expect(wiringOf(null)).toEqual({ networks: [], mounts: [], restart: null, memoryBytes: null, cpus: null })
})
