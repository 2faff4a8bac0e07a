import type {
  Backup,
  Deployment,
  Difference,
  Job,
  Plan,
  Preflight,
  PreflightCheck,
  Release,
  Target,
} from '@wheelhouse/contract'
import { ago, aRun, rolledBack, stagesUntil } from './run-fixture.ts'

const hour = 3_600_000
const hex = (seed: string): string => seed.repeat(64).slice(0, 64)

export const target: Target = {
  id: 'local',
  name: 'north',
  kind: 'process',
  address: 'local',
  tls: false,
  group: null,
  tags: [],
  origin: 'found',
  state: 'connected',
  reason: null,
  engine: null,
  capabilities: ['start', 'stop', 'restart', 'logs'],
  services: {},
  usage: null,
  observedAt: ago(1_000),
  stale: false,
  createdAt: ago(400 * hour),
}

export const aRelease = (number: number, over: Partial<Release> = {}): Release => ({
  id: `release-${number}`,
  number,
  stack: 'woosoo',
  environment: 'production',
  state: 'good',
  pinned: false,
  artefacts: [
    { app: 'backend', builder: 'laravel', kind: 'directory', digest: hex('a'), sizeBytes: 61_000_000, reused: false },
    { app: 'pwa', builder: 'nuxt', kind: 'directory', digest: hex('b'), sizeBytes: 24_000_000, reused: true },
  ],
  services: [{ name: 'backend', image: null, digest: hex('c') }],
  config: { set: 'woosoo', version: number - 32 },
  secrets: [{ name: 'DB_PASSWORD', version: 7 }],
  template: null,
  source: { directory: '/srv/woosoo', revision: hex('9f31c07'), dirty: false, message: 'Add gift notes to orders' },
  migrated: false,
  backupId: `2026-11-${String(number - 97)}_11-03-22`,
  sizeBytes: 94_000_000,
  promotedFrom: null,
  deploymentId: `run-${number + 364}`,
  createdAt: ago((120 - number) * 20 * hour),
  createdBy: 'mara',
  ...over,
})

export const releases = (): Release[] => [
  aRelease(118, { state: 'bad', migrated: true }),
  aRelease(117, { state: 'serving', migrated: true }),
  aRelease(116, { pinned: true }),
  aRelease(115, { source: { directory: '/srv/woosoo', revision: null, dirty: false, message: null } }),
  aRelease(41, { id: 'staging-41', environment: 'staging', state: 'serving', createdAt: ago(2 * hour) }),
]

export const differences: Difference[] = [
  { kind: 'changed', what: 'services.backend.digest', before: 'sha256:9f31…c07a', after: 'sha256:41be…88d2' },
  { kind: 'added', what: 'services.backend.environment.GIFT_NOTES', before: null, after: 'on' },
  { kind: 'changed', what: 'secrets.DB_PASSWORD', before: null, after: null },
  { kind: 'changed', what: 'config.version', before: '84', after: '85' },
]

/** A history with every kind of end. */
export const history = (): Deployment[] => {
  const ended = (number: number, over: Partial<Deployment>): Deployment => {
    const began = ago((483 - number) * 5 * hour)
    return aRun({
      number,
      createdAt: began,
      startedAt: began,
      finishedAt: new Date(Date.parse(began) + 252_000).toISOString(),
      stages: stagesUntil(began, null),
      ...over,
    })
  }
  const outcome = { stage: null, check: null, error: null, logs: [], running: [], notUndone: [] }
  return [
    rolledBack(),
    ended(481, { environment: 'staging', state: 'succeeded', trigger: { kind: 'webhook', name: 'ci-main' } }),
    ended(480, {
      stack: 'atlas',
      state: 'failed',
      stages: stagesUntil(ago(15 * hour), 'start'),
      stage: 'start',
      outcome: {
        ...outcome,
        summary: 'worker was not stopped: its target went away while the start was undone.',
        stage: 'start',
        running: ['r12 on 1 of 2 services'],
        notUndone: ['worker of r13 still runs on east-2, as process 4711'],
        error: { errorCode: 'TARGET_UNREACHABLE', message: 'east-2 refuses the connection.' },
      },
    }),
    ended(479, { kind: 'rollback', strategy: 'rolling' }),
    ended(478, {
      state: 'cancelled',
      outcome: { ...outcome, summary: 'Cancelled by mara before anything was switched.' },
    }),
    ended(477, {
      state: 'abandoned',
      outcome: { ...outcome, summary: 'Its owner ended in build; nothing was switched.' },
    }),
    aRun({
      id: 'run-queued',
      number: 484,
      environment: 'staging',
      state: 'queued',
      startedAt: null,
      createdAt: ago(40_000),
      stages: [],
      queue: { position: 1, reason: 'Deployment 483 of woosoo on staging holds the lock.' },
    }),
  ]
}

export const aBackup = (id: string, over: Partial<Backup> = {}): Backup => ({
  id,
  stack: 'woosoo',
  environment: 'production',
  description: 'before deployment 482',
  state: 'complete',
  place: '/var/backups/woosoo',
  version: '117',
  includes: { configs: true, database: true, files: true },
  parts: [
    {
      kind: 'config',
      name: 'config/deployment.config.env',
      from: '/srv/woosoo',
      sizeBytes: 4_100,
      sha256: hex('d'),
      encrypted: true,
    },
    {
      kind: 'database',
      name: 'database/woosoo_2026-11-21.sql.gz',
      from: 'mysql woosoo',
      sizeBytes: 2_100_000_000,
      sha256: hex('e'),
      encrypted: true,
    },
    {
      kind: 'files',
      name: 'files/storage.tar.gz',
      from: '/srv/woosoo/backend/storage',
      sizeBytes: 310_000_000,
      sha256: hex('f'),
      encrypted: false,
    },
  ],
  sizeBytes: 2_410_000_000,
  encrypted: true,
  verifiedAt: ago(2 * hour),
  drilledAt: null,
  drill: null,
  deploymentId: 'run-482',
  createdAt: ago(3 * hour),
  createdBy: 'mara',
  ...over,
})
export const backups = (): Backup[] => [
  aBackup('2026-11-21_11-03-22'),
  aBackup('2026-11-20_03-00-00', {
    description: 'nightly',
    drilledAt: ago(30 * hour),
    drill: '41 tables, 1.2 million rows came back',
    createdAt: ago(34 * hour),
  }),
  aBackup('2026-11-19_03-00-00', {
    description: 'nightly',
    state: 'damaged',
    verifiedAt: null,
    place: 's3://harbor-backups/woosoo',
    createdAt: ago(58 * hour),
  }),
]

export const plan = (summary: string, steps: Plan['steps'], over: Partial<Plan> = {}): Plan => ({
  summary,
  steps,
  counts: {},
  warnings: [],
  kept: ['database woosoo'],
  digest: 'd1',
  ...over,
})

const check = (
  id: string,
  group: PreflightCheck['group'],
  title: string,
  message: string,
  over: Partial<PreflightCheck> = {},
): PreflightCheck => ({
  id,
  group,
  title,
  severity: 'error',
  ok: true,
  message,
  fix: null,
  tookMs: 12,
  ...over,
})
export const preflight = (tool: boolean): Preflight => ({
  ok: tool,
  tookMs: 412,
  checks: [
    check('disk', 'system', 'Disk', '41 GB free, 6 GB wanted'),
    check('memory', 'system', 'Memory', '9 GB free'),
    check(
      'tool:php',
      'tools',
      'PHP',
      tool ? '8.4.1' : 'php is not installed',
      tool ? {} : { ok: false, fix: 'apt install php8.4-cli, or set builders.laravel.php to where it is.' },
    ),
    check('port:8080', 'network', 'Port 8080', 'held by backend itself'),
    check('certificate', 'certificates', 'shop.harbor.example', 'ends in 9 days', {
      severity: 'warning',
      ok: false,
      fix: 'Renew it: wh cert generate shop.harbor.example',
    }),
    check('lock', 'lock', 'Lock', 'free'),
  ],
})

export const aJob = (kind: string, title: string): Job => ({
  id: `job-${kind}`,
  kind,
  title,
  state: 'running',
  progress: 0.4,
  message: 'Restoring woosoo into a scratch database',
  steps: [
    { name: 'verify checksums', state: 'done', message: '3 parts', tookMs: 812 },
    { name: 'restore', state: 'running', message: '', tookMs: null },
  ],
  result: null,
  error: null,
  attempt: 1,
  targetId: null,
  requestedBy: 'mara',
  createdAt: ago(2_000),
  startedAt: ago(2_000),
  finishedAt: null,
})
