import type { HealthCheckSpec } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { draftOf, specOf, words } from './draft.ts'

test('fields become a check and back', () => {
  const spec = {
    kind: 'http',
    name: 'alive',
    url: 'http://127.0.0.1:80/',
    expectStatus: 204,
    intervalMs: 2500,
    timeoutMs: 1000,
    retries: 2,
    startPeriodMs: 0,
  } as const
  expect(specOf(draftOf(spec), [])).toEqual({ spec })
})

test('each wrong field says what would work', () => {
  const result = specOf({ ...draftOf(null), name: 'alive', url: 'example', interval: '0.1', retries: 'x' }, ['alive'])
  expect(result).toEqual({
    wrong: {
      name: 'alive is there already. alive-2 is free.',
      url: 'Start it with http:// or https://.',
      interval: 'A number from 0.5.',
      retries: 'A whole number from 1 to 100.',
    },
  })
})

test('a command is split at spaces, quotes keep words together', () => {
  expect(words(`sh -c "echo 'a b'" 'c d' e`)).toEqual(['sh', '-c', "echo 'a b'", 'c d', 'e'])
})

const timing = { name: 'alive', intervalMs: 10_000, timeoutMs: 5_000, retries: 3, startPeriodMs: 0 } as const
test('databases, queues and texts become checks and back', () => {
  const signIn = {
    engine: 'redis',
    host: 'cache',
    port: 6379,
    username: null,
    passwordVariable: 'PW',
    database: '1',
  } as const
  const all: HealthCheckSpec[] = [
    { kind: 'http', ...timing, url: 'http://127.0.0.1/', expectStatus: null, contains: ' ok ' },
    { kind: 'database', ...timing, ...signIn },
    { kind: 'queue', ...timing, ...signIn, pending: 'jobs', failed: 'dead', maxPending: 100, maxFailed: 0 },
    { kind: 'queue', ...timing, ...signIn, pending: 'jobs', failed: null, maxPending: null, maxFailed: null },
  ]
  for (const spec of all) expect(specOf(draftOf(spec), [])).toEqual({ spec })
  expect(specOf({ ...draftOf(null), kind: 'queue', port: 'x', maxFailed: '-1' }, [])).toEqual({
    wrong: {
      port: 'A whole number from 1 to 65535.',
      pending: 'The table, such as jobs.',
      maxFailed: 'A whole number from 0 to 1000000000.',
    },
  })
})
