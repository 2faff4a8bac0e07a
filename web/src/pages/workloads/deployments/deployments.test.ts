import type { Deployment } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { deploymentEntries } from '../../../shell/palette/deployment-entries.ts'
import { formOf } from '../../../ui/state/environment.tsx'
import { merged, needing, sectioned } from './filter.ts'
import { aRun } from './run.fixture.ts'
import { evidenceOf, flagWords, releaseWords, stageTitle, titleOf, triggerWords } from './words.ts'

const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T12:00:00.000Z`
const numbers = (rows: readonly Deployment[]): number[] => rows.map((row) => row.number)
const none = { q: '', stack: '', environment: '', state: '' }
const outcome = { summary: 'It failed.', stage: null, check: null, error: null, logs: [], running: [], notUndone: [] }

test('the queue stands apart in its order, the rest is sorted newest first', () => {
  const queued = (number: number, position: number): Deployment =>
    aRun({ number, state: 'queued', queue: { position, reason: 'waits' } })
  const all = [
    queued(5, 2),
    queued(6, 1),
    aRun({ number: 1, createdAt: day(1) }),
    aRun({ number: 3, createdAt: day(3) }),
  ]
  const { queue, rows } = sectioned(all, none)
  expect([numbers(queue), numbers(rows)]).toEqual([
    [6, 5],
    [3, 1],
  ])
})

test('rows are found by stack, environment, several states and words', () => {
  const all = [
    aRun({ number: 1, state: 'failed', outcome }),
    aRun({ number: 2, environment: 'staging', release: { id: 'r', number: 118 } }),
    aRun({ number: 3, stack: 'atlas', state: 'abandoned' }),
  ]
  const found = (over: Partial<typeof none>): number[] =>
    numbers(sectioned(all, { ...none, ...over }).rows).sort((a, b) => a - b)
  expect(found({ state: 'failed,abandoned' })).toEqual([1, 3])
  expect(found({ stack: 'shop', environment: 'staging' })).toEqual([2])
  expect(found({ q: 'R118 shop' })).toEqual([2])
  expect(found({ q: 'it failed' })).toEqual([1])
})

test('what was pushed is newer than what was asked for', () => {
  const rows = merged([aRun({ state: 'running' }), aRun({ number: 2 })], [aRun({ state: 'succeeded' })])
  expect(rows.map((row) => [row.number, row.state])).toEqual([
    [1, 'succeeded'],
    [2, 'succeeded'],
  ])
})

test('a failure needs someone until a later run of its place went well', () => {
  const rows = [
    aRun({ number: 1, state: 'failed', createdAt: day(1) }),
    aRun({ number: 2, state: 'succeeded', createdAt: day(2) }),
    aRun({ number: 3, state: 'failed', createdAt: day(3), environment: 'staging' }),
    aRun({ number: 4, state: 'rolled-back', createdAt: day(4), environment: 'staging' }),
    aRun({ number: 5, state: 'waiting', createdAt: day(5) }),
  ]
  expect(numbers(needing(rows))).toEqual([5, 3])
})

test('a row says why', () => {
  expect(evidenceOf(aRun())).toBe('')
  expect(evidenceOf(aRun({ state: 'failed', outcome }))).toBe('It failed.')
  expect(evidenceOf(aRun({ state: 'queued', queue: { position: 2, reason: 'Another runs.' } }))).toBe(
    '2 in the queue. Another runs.',
  )
  const stage = {
    name: 'backup',
    state: 'running' as const,
    message: '41 of 66 MB',
    startedAt: null,
    finishedAt: null,
    undo: null,
    tasks: [],
  }
  expect(evidenceOf(aRun({ state: 'running', stage: 'backup', stages: [stage] }))).toBe('Back up: 41 of 66 MB')
})

test('runs, releases, flags and stages are said in words', () => {
  expect(titleOf(aRun({ kind: 'rollback', number: 7 }))).toBe('Rollback 7')
  const [a, b] = [
    { id: 'a', number: 117 },
    { id: 'b', number: 118 },
  ]
  expect(releaseWords(aRun({ previous: a, release: b }))).toBe('r117 → r118')
  expect([releaseWords(aRun({ release: b })), releaseWords(aRun())]).toEqual(['r118', ''])
  expect(triggerWords(aRun({ trigger: { kind: 'schedule', name: 'nightly' } }))).toBe('schedule nightly')
  expect(flagWords({ skipBackup: true, rollbackOnError: false, parallel: true, skip: ['watch'] })).toEqual([
    'no backup',
    'is not undone when it fails',
    'without watch',
  ])
  expect(['backup', 'seed-data'].map(stageTitle)).toEqual(['Back up', 'Seed data'])
})

test('an environment has its form by its name, and an unknown one is not drawn as harmless', () => {
  expect(['production', 'prod-eu', 'staging', 'development', 'qa'].map(formOf)).toEqual([
    'production',
    'production',
    'staging',
    'dev',
    'staging',
  ])
})

test('the palette deploys and rolls back for those who may, each place once', () => {
  const deployments = [aRun({ number: 1 }), aRun({ number: 2 })]
  const ids = (may: boolean): string[] => deploymentEntries(deployments, () => may).map((entry) => entry.id)
  expect(ids(true)).toEqual(
    expect.arrayContaining(['deploy', 'deploy:shop/production', 'rollback:shop/production', 'deployment:run-2']),
  )
  expect(ids(true).filter((id) => id.startsWith('rollback:'))).toHaveLength(1)
  expect(ids(false)).toEqual(['deployment:run-1', 'deployment:run-2'])
})
