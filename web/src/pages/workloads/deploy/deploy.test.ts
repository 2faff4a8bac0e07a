import type { Plan, PreflightCheck } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { aRun } from '../deployments/run.fixture.ts'
import { foldersOf } from './folders.ts'
import { type Described, emptyOrder, needsName, startInput, tickedApps, toggleApp } from './order.ts'
import { groupChecks, preflightWords, warnings } from './preflight-groups.ts'

const app = (name: string, optional = false) => ({ name, builder: 'node', path: name, optional })
const described: Described = {
  name: 'shop',
  directory: '/srv/shop',
  source: '',
  environments: [],
  environment: 'staging',
  strategy: 'rolling',
  apps: [app('api'), app('web'), app('relay', true)],
  services: [
    { name: 'api', kind: 'process', expose: 8080 },
    { name: 'worker', kind: 'process', expose: null },
  ],
  stages: [],
  problems: [],
}
const order = { ...emptyOrder, directory: '/srv/shop' }

test('only what differs from the manifest is asked for', () => {
  expect(startInput(emptyOrder)).toBeNull()
  expect(startInput(order)).toEqual({ directory: '/srv/shop' })
  expect(
    startInput({
      ...order,
      environment: 'production',
      apps: ['api'],
      strategy: 'recreate',
      skipTests: true,
      rollbackOnError: false,
      parallel: false,
      skip: ['watch'],
      variables: 'A=1\n',
      reason: ' hotfix ',
    }),
  ).toEqual({
    directory: '/srv/shop',
    environment: 'production',
    variables: { A: '1' },
    apps: ['api'],
    strategy: 'recreate',
    skipTests: true,
    skip: ['watch'],
    rollbackOnError: false,
    parallel: false,
    reason: 'hotfix',
  })
  expect(startInput({ ...order, mode: 'text', text: 'name: shop' })).toEqual({ source: 'name: shop' })
})

test('ticking back to what the manifest says asks for no apps by name', () => {
  expect(tickedApps(order, described)).toEqual(['api', 'web'])
  const without = toggleApp(order, described, 'web')
  expect(without).toEqual(['api'])
  expect(toggleApp({ ...order, apps: without }, described, 'web')).toBeNull()
  expect(toggleApp(order, described, 'relay')).toEqual(['api', 'web', 'relay'])
})

test('the name is typed in production where what people reach is replaced', () => {
  const plan = (verb: 'replace' | 'change', name: string): Plan => ({
    summary: '',
    steps: [{ verb, kind: 'service', name, reasons: [] }],
    counts: {},
    warnings: [],
    kept: [],
    digest: '',
  })
  expect(needsName(plan('replace', 'api'), described, 'production')).toBe(true)
  expect(needsName(plan('replace', 'api-blue'), described, 'production')).toBe(true)
  expect(needsName(plan('replace', 'worker'), described, 'production')).toBe(false)
  expect(needsName(plan('change', 'api'), described, 'production')).toBe(false)
  expect(needsName(plan('replace', 'api'), described, 'staging')).toBe(false)
})

const check = (id: string, group: PreflightCheck['group'], over: Partial<PreflightCheck> = {}): PreflightCheck => ({
  id,
  group,
  title: id,
  severity: 'error',
  ok: true,
  message: '',
  fix: null,
  tookMs: 1,
  ...over,
})

test('checks stand by group, failures first', () => {
  const checks = [
    check('disk', 'system'),
    check('ends', 'certificates', { ok: false, severity: 'warning' }),
    check('node', 'tools'),
    check('php', 'tools', { ok: false }),
  ]
  expect(groupChecks(checks).map((group) => [group.title, group.checks.map((each) => each.id)])).toEqual([
    ['Tools', ['php', 'node']],
    ['Certificates', ['ends']],
    ['System', ['disk']],
  ])
  const preflight = { ok: false, tookMs: 9, checks }
  expect([preflightWords(preflight), warnings(preflight)]).toEqual(['1 of 4 checks failed, 1 warns', 1])
  expect(preflightWords({ ...preflight, checks: checks.slice(0, 1) })).toBe('The one check passed')
})

test('folders are offered by what was deployed from them last, then examples, each once', () => {
  const runs = [
    aRun({ number: 1, stack: 'old', options: { directory: '/srv/a' }, createdAt: '2026-11-01T00:00:00.000Z' }),
    aRun({ number: 2, options: { directory: '/srv/a' }, createdAt: '2026-11-02T00:00:00.000Z' }),
    aRun({ number: 3, options: {} }),
  ]
  expect(foldersOf(runs, [], [{ title: 'Hello', directory: '/opt/hello' }])).toEqual([
    { directory: '/srv/a', name: 'shop', kind: 'deployed' },
    { directory: '/opt/hello', name: 'Hello', kind: 'example' },
  ])
})
