import type { Backup, Certificate, ConfigSet, Deployment, Preflight, Release, Stage } from '@wheelhouse/contract'
import type { ScriptedServer } from './scripted-server.ts'

const at = '2026-11-20T10:00:00.000Z'
const later = (seconds: number): string => new Date(Date.parse(at) + seconds * 1000).toISOString()

export const stage = (name: string, state: Stage['state'], over: Partial<Stage> = {}): Stage => ({
  name,
  state,
  message: '',
  startedAt: state === 'waiting' ? null : at,
  finishedAt: ['waiting', 'running'].includes(state) ? null : later(2),
  undo: null,
  tasks: [],
  ...over,
})

export const deployment = (over: Partial<Deployment> = {}): Deployment => ({
  id: 'dep-12',
  number: 12,
  stack: 'shop',
  environment: 'production',
  kind: 'deploy',
  state: 'running',
  strategy: 'rolling',
  targets: [{ id: 'local', name: 'this-machine' }],
  apps: [],
  options: {},
  stages: [stage('preflight', 'done', { message: '14 checks' }), stage('build', 'running'), stage('start', 'waiting')],
  stage: 'build',
  queue: null,
  approval: null,
  release: { id: 'rel-8', number: 8 },
  previous: { id: 'rel-7', number: 7 },
  backupId: null,
  migrated: false,
  switchGapMs: null,
  outcome: null,
  trigger: { kind: 'person', name: 'mara' },
  requestedBy: 'mara',
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  ...over,
})

export const succeeded = (over: Partial<Deployment> = {}): Deployment =>
  deployment({
    state: 'succeeded',
    stage: 'notify',
    stages: [
      stage('preflight', 'done', { message: '14 checks' }),
      stage('build', 'done', { message: '3 apps built' }),
      stage('start', 'done'),
    ],
    finishedAt: later(48),
    outcome: {
      summary: 'Release 8 serves.',
      stage: null,
      check: null,
      error: null,
      logs: [],
      running: ['web serves release 8 on port 8080.'],
      notUndone: [],
    },
    ...over,
  })

export const rolledBack = (over: Partial<Deployment> = {}): Deployment =>
  deployment({
    state: 'rolled-back',
    stage: 'gates',
    stages: [
      stage('preflight', 'done'),
      stage('start', 'undone', {
        undo: { message: 'release 7 started again', startedAt: later(5), finishedAt: later(6) },
      }),
      stage('gates', 'failed', { message: 'health of web did not pass' }),
    ],
    finishedAt: later(9),
    outcome: {
      summary: 'The health gate of web failed, so release 7 serves again.',
      stage: 'gates',
      check: { name: 'health of web', output: 'GET / answered 500\nboom\u001B[2J' },
      error: { errorCode: 'TARGET_REFUSED', message: 'web did not become healthy.' },
      logs: [{ service: 'web', lines: ['listening', 'Error: boom'] }],
      running: ['web serves release 7.'],
      notUndone: ['The migration 0042 stays in the database.'],
    },
    ...over,
  })

export const release = (number: number, over: Partial<Release> = {}): Release => ({
  id: `rel-${number}`,
  number,
  stack: 'shop',
  environment: 'production',
  state: number === 8 ? 'serving' : 'good',
  pinned: false,
  artefacts: [],
  services: [],
  config: { set: 'shop-production', version: 3 },
  secrets: [],
  template: null,
  source: { directory: '/srv/shop', revision: '0123456789abcdef', dirty: false, message: 'Fix the till' },
  migrated: false,
  backupId: null,
  sizeBytes: 1024,
  promotedFrom: null,
  deploymentId: 'dep-12',
  createdAt: at,
  createdBy: 'mara',
  ...over,
})

export const preflight = (over: Partial<Preflight> = {}): Preflight => ({
  ok: true,
  tookMs: 1200,
  checks: [
    {
      id: 'disk',
      group: 'system',
      title: 'Free disk',
      severity: 'error',
      ok: true,
      message: '58 GB',
      fix: null,
      tookMs: 3,
    },
    {
      id: 'tool:php',
      group: 'tools',
      title: 'PHP',
      severity: 'error',
      ok: true,
      message: '8.3.1',
      fix: null,
      tookMs: 40,
    },
  ],
  ...over,
})

export const backup = (id: string, over: Partial<Backup> = {}): Backup => ({
  id,
  stack: 'shop',
  environment: 'production',
  description: 'before the sale',
  state: 'complete',
  place: '/srv/backups',
  version: '8',
  includes: { configs: true, database: true, files: false },
  parts: [],
  sizeBytes: 1_048_576,
  encrypted: true,
  verifiedAt: null,
  drilledAt: null,
  drill: '3 tables, 1200 rows',
  deploymentId: null,
  createdAt: at,
  createdBy: 'mara',
  ...over,
})

type FullSet = ConfigSet & { values: unknown[]; schema: unknown }

export const configSet = (over: Partial<FullSet> = {}): FullSet => ({
  id: 'set-1',
  name: 'shop-production',
  environment: 'production',
  description: '',
  path: null,
  version: 3,
  keys: 3,
  secrets: 1,
  problems: [],
  changedAt: at,
  changedBy: 'mara',
  values: [
    { key: 'ENVIRONMENT', value: 'production', secret: false, version: 1, help: 'Where this runs' },
    { key: 'DB_HOST', value: 'db.internal', secret: false, version: 3, help: null },
    { key: 'DB_PASSWORD', value: null, secret: true, version: 2, help: null },
  ],
  schema: {
    properties: {
      ENVIRONMENT: { enum: ['development', 'staging', 'production'] },
      PORT: { type: 'integer', minimum: 1024 },
    },
    required: ['ENVIRONMENT'],
  },
  ...over,
})

export const certificate = (name: string, over: Partial<Certificate> = {}): Certificate => ({
  id: `cert-${name}`,
  name,
  subject: `CN=${name}`,
  domains: [name, 'localhost'],
  issuer: 'Wheelhouse local authority',
  issuedBy: 'wheelhouse',
  notBefore: at,
  notAfter: '2029-02-22T10:00:00.000Z',
  daysLeft: 824,
  state: 'valid',
  fingerprint: 'ab'.repeat(32),
  keyType: 'EC P-256',
  certificateFile: `/srv/certs/${name}+1.pem`,
  keyFile: `/srv/certs/${name}+1-key.pem`,
  createdAt: at,
  createdBy: 'mara',
  ...over,
})

export const described = (over: Record<string, unknown> = {}): object => ({
  name: 'shop',
  directory: '/srv/shop',
  source: 'name: shop\n',
  environments: [{ name: 'production', targets: ['this-machine'], approvals: [] }],
  environment: 'production',
  strategy: 'rolling',
  apps: ['backend', 'pwa', 'relay'].map((name) => ({ name, builder: 'node', path: name, optional: false })),
  services: [{ name: 'web', kind: 'process', expose: 8080 }],
  stages: [
    { name: 'preflight', title: 'Preflight', skippable: false },
    { name: 'backup', title: 'Backup', skippable: true },
    { name: 'watch', title: 'Watch', skippable: true },
  ],
  problems: [],
  ...over,
})

export interface Beat {
  readonly deployment?: Deployment
  readonly line?: { stage: string; task: string | null; text: string }
}

/** A server on which one run goes on: its frames come over the socket, its answers are its last state. */
export function playRun(server: ScriptedServer, beats: readonly Beat[], everyMs = 20): void {
  const first = deployment({ stages: [] })
  let now = first
  let seq = 0
  const lines: object[] = []
  const { id } = first
  server.on('POST /api/v1/auth/ticket', { ticket: 'once', expiresInMs: 30_000 })
  server.on(`GET /api/v1/deployments/${id}`, () => ({ body: now }))
  server.on(`GET /api/v1/deployments/${id}/log`, ({ query }: { query: URLSearchParams }) => {
    const after = Number(query.get('after') ?? 0)
    return { body: { items: lines.slice(after), last: lines.length, more: false } }
  })
  server.sockets().on('connection', (peer) => {
    peer.send(JSON.stringify({ type: 'hello', socket: 's', pingMs: 30_000 }))
    peer.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; sub: string }
      if (message.type !== 'subscribe') return
      const send = (events: unknown[]): void =>
        peer.send(JSON.stringify({ type: 'batch', sub: message.sub, seq: ++seq, events }))
      peer.send(JSON.stringify({ type: 'subscribed', sub: message.sub, seq: 0, resumed: false }))
      let index = 0
      const timer = setInterval(() => {
        const beat = beats[index++]
        if (!beat) return clearInterval(timer)
        if (beat.line) {
          const line = { seq: lines.length + 1, at, stream: 'stdout', ...beat.line }
          lines.push(line)
          send([{ kind: 'line', deploymentId: id, line }])
        }
        if (beat.deployment) {
          now = beat.deployment
          send([{ kind: 'deployment', deployment: now }])
        }
      }, everyMs)
      peer.on('close', () => clearInterval(timer))
    })
  })
}
