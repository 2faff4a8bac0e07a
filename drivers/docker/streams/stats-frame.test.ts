import { expect, test } from 'vitest'
import { countersOf, isAlive, readSample, type StatsFrame } from './stats-frame.ts'

const frame = (second: number, more: Partial<StatsFrame> = {}): StatsFrame => ({
  read: new Date(Date.UTC(2026, 10, 20, 14, 0, second)).toISOString(),
  cpu_stats: { cpu_usage: { total_usage: 1e9 + second * 5e8 }, system_cpu_usage: 1e12 + second * 2e9, online_cpus: 2 },
  memory_stats: { usage: 100, limit: 1000, stats: { total_inactive_file: 30, cache: 50 } },
  networks: { eth0: { rx_bytes: second * 100, tx_bytes: 10 }, eth1: { rx_bytes: second, tx_bytes: 0 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: 'Read', value: second * 8 },
      { op: 'write', value: 0 },
    ],
  },
  pids_stats: { current: 3 },
  ...more,
})

test('half a core of two for two seconds is 50 percent, rates are per second', () => {
  expect(readSample(frame(3), countersOf(frame(1)), 10_000)).toEqual({
    at: '2026-11-20T14:00:03.000Z',
    cpuPercent: 50,
    memoryBytes: 70,
    memoryLimitBytes: 1000,
    networkInBytesPerS: 101,
    networkOutBytesPerS: 0,
    blockReadBytesPerS: 8,
    blockWriteBytesPerS: 0,
    pids: 3,
  })
})

test('a first reading has no rates, and a counter that began anew makes none', () => {
  expect(readSample(frame(1), null, 10_000)).toMatchObject({ cpuPercent: null, networkInBytesPerS: null })
  const after = readSample(frame(1), countersOf(frame(9)), 10_000)
  expect(after).toMatchObject({ cpuPercent: null, networkInBytesPerS: null, blockReadBytesPerS: null })
})

test.for([
  ['cgroup v2', { inactive_file: 40 }, 60],
  ['old cgroup v1', { cache: 10 }, 90],
  ['more cache than use', { inactive_file: 200 }, 100],
  ['no details', {}, 100],
] as const)('memory without page cache: %s', ([, stats, bytes]) => {
  expect(readSample(frame(1, { memory_stats: { usage: 100, stats } }), null, 1).memoryBytes).toBe(bytes)
})

test('a limit as large as the machine is none, and what is absent is unknown, not zero', () => {
  const bare = { networks: null, blkio_stats: {}, pids_stats: {}, memory_stats: { limit: 500 } }
  expect(readSample(frame(2, bare), countersOf(frame(1, bare)), 500)).toMatchObject({
    memoryBytes: null,
    memoryLimitBytes: null,
    networkInBytesPerS: null,
    blockWriteBytesPerS: null,
    pids: null,
  })
})

test('without the time of the machine the clock is taken', () => {
  const cpu = (total_usage: number): Partial<StatsFrame> => ({ cpu_stats: { cpu_usage: { total_usage } } })
  const sample = readSample(frame(2, cpu(15e8)), countersOf(frame(1, cpu(10e8))), 1)
  expect(sample.cpuPercent).toBe(50)
})

test('a stopped container answers empty frames', () => {
  expect(isAlive(frame(1))).toBe(true)
  expect(isAlive({ read: '0001-01-01T00:00:00Z' })).toBe(false)
  expect(isAlive(frame(1, { cpu_stats: { cpu_usage: { total_usage: 0 } } }))).toBe(false)
})
