import type { Deployment, DeploymentLine, Stage, StageTask } from '@wheelhouse/contract'

const minute = 60_000
export const now = Date.now()
/** ISO time so many ms before the test began. */
export const ago = (ms: number): string => new Date(now - ms).toISOString()
const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

export const waiting = (name: string): Stage => ({
  name,
  state: 'waiting',
  message: '',
  startedAt: null,
  finishedAt: null,
  undo: null,
  tasks: [],
})

export const aRun = (over: Partial<Deployment> = {}): Deployment => ({
  id: `run-${over.number ?? 482}`,
  number: 482,
  stack: 'woosoo',
  environment: 'production',
  kind: 'deploy',
  state: 'succeeded',
  strategy: 'blue-green',
  targets: [{ id: 'local', name: 'north' }],
  apps: [],
  options: { directory: '/srv/woosoo' },
  stages: [],
  stage: null,
  queue: null,
  approval: null,
  release: { id: 'release-118', number: 118 },
  previous: { id: 'release-117', number: 117 },
  backupId: '2026-11-21_11-03-22',
  migrated: false,
  switchGapMs: null,
  outcome: null,
  trigger: { kind: 'person', name: 'mara' },
  requestedBy: 'mara',
  createdAt: ago(5 * minute),
  startedAt: ago(5 * minute),
  finishedAt: null,
  ...over,
})

const plan: readonly (readonly [name: string, ms: number, message: string])[] = [
  ['preflight', 3_100, '14 checks passed'],
  ['lock', 40, 'held by mara'],
  ['backup', 22_000, '2.1 GB, database and configs'],
  ['config', 800, '6 files written'],
  ['build', 84_000, '3 apps built'],
  ['test', 19_000, '212 tests passed'],
  ['release', 1_900, 'r118, 3 artefacts'],
  ['start', 41_000, '3 services beside the old ones'],
  ['gates', 12_000, '3 of 3 healthy'],
  ['switch', 120, 'traffic goes to r118'],
  ['verify', 32_000, '5 of 6 checks'],
  ['watch', 60_000, ''],
  ['report', 0, ''],
  ['notify', 0, ''],
]

const builds = (at: string): StageTask[] => [
  { name: 'backend', state: 'done', message: '', startedAt: at, finishedAt: later(at, 48_000) },
  { name: 'pwa', state: 'done', message: '', startedAt: at, finishedAt: later(at, 84_000) },
  { name: 'relay', state: 'done', message: '', startedAt: later(at, 3_000), finishedAt: later(at, 42_000) },
]

/** The stages of a run that went well until `until`, which fails; null: none does. */
export function stagesUntil(began: string, until: string | null): Stage[] {
  let at = began
  let reached = true
  return plan.map(([name, ms, message]) => {
    if (!reached) return waiting(name)
    const startedAt = at
    at = later(at, ms)
    const failed = name === until
    reached = !failed
    return {
      ...waiting(name),
      state: failed ? 'failed' : 'done',
      message,
      startedAt,
      finishedAt: at,
      tasks: name === 'build' ? builds(startedAt) : [],
    }
  })
}

const undoes: Record<string, string> = {
  switch: 'traffic goes to r117',
  start: '3 services of r118 drained and stopped',
  release: 'points to r117',
  config: '6 files restored',
  lock: 'given back',
}

/** A run whose verify failed and which was undone: the picture of the page. */
export function rolledBack(): Deployment {
  const began = ago(12 * minute)
  const stages = stagesUntil(began, 'verify')
  let at = stages.find((stage) => stage.name === 'verify')?.finishedAt ?? began
  for (const stage of stages.toReversed()) {
    const message = undoes[stage.name]
    if (message === undefined || stage.state !== 'done') continue
    const startedAt = at
    at = later(at, 4_000)
    stage.state = 'undone'
    stage.undo = { message, startedAt, finishedAt: at }
  }
  return aRun({
    state: 'rolled-back',
    stages,
    stage: 'verify',
    createdAt: began,
    startedAt: began,
    finishedAt: at,
    switchGapMs: 14,
    outcome: {
      summary: 'r118 did not pass its checks. r117 is running again.',
      stage: 'verify',
      check: {
        name: 'GET /health/ready of backend',
        output: 'HTTP 503\n{"ready":false,"reason":"column \\"orders\\".\\"gift_note\\" does not exist"}',
      },
      error: { errorCode: 'CHECKS_FAILED', message: 'backend answered 503 three times, 200 was wanted.' },
      logs: [
        {
          service: 'backend',
          lines: [
            '[12:06:18] production.INFO: listening on 9000',
            '[12:06:38] production.ERROR: SQLSTATE[42703]: column "orders"."gift_note" does not exist',
          ],
        },
      ],
      running: ['r117 on 3 of 3 services', 'nginx sends all traffic to r117'],
      notUndone: [],
    },
  })
}

export const line = (seq: number, stage: string, text: string, over: Partial<DeploymentLine> = {}): DeploymentLine => ({
  seq,
  at: new Date(now - 10 * minute + seq * 40).toISOString(),
  stage,
  task: null,
  stream: 'stdout',
  text,
  ...over,
})

/** What the run above printed. */
export const rolledBackLines: readonly DeploymentLine[] = (
  [
    ['preflight', null, 'system', '14 checks passed in 3.1 s'],
    ['backup', null, 'stdout', 'mysqldump woosoo: 2.1 GB, 41 tables'],
    ['config', null, 'system', 'backend/.env: 2 values changed, DB_PASSWORD [secret]'],
    ['build', 'backend', 'stdout', 'Installing dependencies from lock file'],
    ['build', 'pwa', 'stdout', 'npm ci: added 812 packages in 31 s'],
    ['build', 'pwa', 'stderr', 'warning: browserslist data is 7 months old'],
    ['build', 'backend', 'stdout', '\u001b[32m   INFO  \u001b[0mConfiguration cached.'],
    ['build', 'relay', 'stdout', 'added 41 packages in 4 s'],
    ['release', null, 'system', 'r118: 3 artefacts, 94 MB, config woosoo version 87'],
    ['start', 'backend', 'stdout', 'listening on 9000'],
    ['gates', 'backend', 'system', 'healthy after 3 tries'],
    ['switch', null, 'system', 'traffic goes to r118, gap 14 ms'],
    ['verify', 'backend', 'system', 'GET /health/ready 503, try 1 of 3'],
    ['verify', 'backend', 'system', 'GET /health/ready 503, try 2 of 3'],
    ['verify', 'backend', 'stderr', 'GET /health/ready 503, try 3 of 3'],
    ['verify', 'backend', 'stderr', '{"ready":false,"reason":"column \\"orders\\".\\"gift_note\\" does not exist"}'],
    ['switch', null, 'system', 'traffic goes back to r117'],
    ['config', null, 'system', '6 files restored, contents equal to version 86'],
  ] as const
).map(([stage, task, stream, text], i) => line(i + 1, stage, text, { task, stream }))
