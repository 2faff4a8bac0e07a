import { describe, expect, test } from 'vitest'
import { duration, judge } from './restart-policy.ts'
import { openBench, shell } from './testing.ts'

const base = { delayMs: 1000, maxDelayMs: 60_000, maxRetries: null }
const crashesOf = (count: number, stepMs: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(1_700_000_000_000 + index * stepMs).toISOString())
const code = (value: number) => ({ code: value, why: null })

describe('judge', () => {
  test('what each policy does', () => {
    const once = crashesOf(1, 0)
    expect(judge({ policy: 'no', ...base }, once, code(0))).toMatchObject({ next: 'rest', failed: false })
    expect(judge({ policy: 'no', ...base }, once, code(1))).toMatchObject({ next: 'rest', failed: true })
    expect(judge({ policy: 'on-failure', ...base }, once, code(0))).toMatchObject({ next: 'rest', failed: false })
    expect(judge({ policy: 'on-failure', ...base }, once, code(1))).toMatchObject({ next: 'retry', delayMs: 1000 })
    expect(judge({ policy: 'always', ...base }, once, code(0))).toMatchObject({ next: 'retry' })
    expect(judge({ policy: 'unless-stopped', ...base }, once, code(0))).toMatchObject({ next: 'retry' })
  })

  test('the delay doubles up to its limit, and five ends are a loop', () => {
    const delays = Array.from({ length: 9 }, (_, index) =>
      judge({ policy: 'always', ...base }, crashesOf(index + 1, 30_000), code(1)),
    )
    expect(delays.map((it) => it.next === 'retry' && it.delayMs / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(delays.map((it) => it.next === 'retry' && it.looping)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ])
    expect(delays[4]?.reason).toBe('Exited with code 1, 5 times in 2 min; next try in 16 s')
  })

  test('it gives up after so many retries', () => {
    const few = { policy: 'always' as const, ...base, maxRetries: 2 }
    expect(judge(few, crashesOf(2, 1), code(1)).next).toBe('retry')
    expect(judge(few, crashesOf(3, 1), code(1))).toMatchObject({ next: 'rest', failed: true })
  })

  test('durations as people say them', () => {
    expect([5, 1500, 99_000, 120_000, 7_200_000].map(duration)).toEqual(['5 ms', '2 s', '99 s', '2 min', '2 h'])
  })
})

const fast = { policy: 'always', delayMs: 10, maxDelayMs: 40, maxRetries: null } as const

test('a crash loop is told once, goes on with a back-off, and a stop ends it', async () => {
  const bench = await openBench()
  await bench.create(shell('loop', 'exit 1', { restart: fast }))
  await bench.recorder.until('many tries', () => (bench.recorder.services.get('loop')?.restarts ?? 0) >= 8)
  const failed = await bench.recorder.state('loop', 'failed')
  expect(failed.reason).toMatch(/^Exited with code 1, \d+ times in .*; next try in 40 ms$/)
  const told = bench.recorder.occurrences.filter((it) => it.type === 'service.crash-looping')
  expect(told).toHaveLength(1)
  expect(bench.recorder.occurrences.filter((it) => it.type === 'service.failed')).toHaveLength(4)
  await bench.connection.stop('loop', {})
  const stopped = await bench.recorder.state('loop', 'stopped')
  expect(stopped.reason).toBeNull()
  const { restarts } = stopped
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(bench.recorder.services.get('loop')).toMatchObject({ state: 'stopped', restarts })
  await bench.end()
})

test('it gives up after maxRetries and says so', async () => {
  const bench = await openBench()
  await bench.create(shell('few', 'exit 4', { restart: { ...fast, maxRetries: 2 } }))
  const failed = await bench.recorder.until('given up', () => {
    const now = bench.recorder.services.get('few')
    return now?.reason?.includes('given up') && now
  })
  expect(failed).toMatchObject({ state: 'failed', exitCode: 4, restarts: 2 })
  await bench.end()
})

test('an end by kill -9 from outside is mended', async () => {
  const bench = await openBench()
  const first = await bench.run(shell('phoenix', 'exec sleep 1000', { restart: fast }))
  process.kill(first.pid ?? 0, 'SIGKILL')
  const again = await bench.recorder.until('another pid', () => {
    const now = bench.recorder.services.get('phoenix')
    return now?.state === 'running' && now.pid !== null && now.pid !== first.pid && now
  })
  expect(again.restarts).toBe(1)
  expect((await bench.recorder.occurrence('phoenix', 'service.failed')).message).toContain('Ended by SIGKILL')
  await bench.end()
})

test.each([
  [
    'a program that is not there',
    { argv: ['no-such-program'] },
    /The program "no-such-program" was not found on the PATH/,
  ],
  ['a path that is not there', { argv: ['/no/such'] }, /"\/no\/such" does not exist. Install it/],
  ['a file that may not run', { argv: ['/etc/passwd'] }, /\/etc\/passwd may not be executed. Allow it with chmod \+x/],
  ['a folder that is not there', { directory: '/no/folder' }, /The folder \/no\/folder does not exist. Create it/],
])('%s is a failed service with a reason', async (_, change, reason) => {
  const bench = await openBench()
  await bench.create(shell('broken', 'true', change))
  const failed = await bench.recorder.state('broken', 'failed')
  expect(failed.reason).toMatch(reason)
  await expect(bench.connection.start('broken')).rejects.toThrow(reason)
  await bench.end()
})
