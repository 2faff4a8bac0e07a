import { type Backup, type Deployment, Failure, type Release } from '@wheelhouse/contract'
import { ContractServer } from './contract-server.ts'
import { FixtureSocket } from './fixture-socket.ts'
import { aJob, backups, differences, history, plan, preflight, releases, target } from './kept-fixture.ts'
import { KeptLines } from './kept-lines.ts'
import { Play } from './play.ts'
import { aRun, ago, rolledBackLines } from './run-fixture.ts'

export const manifest = `name: woosoo
apps:
  backend: { path: backend, builder: laravel }
  pwa: { path: pwa, builder: nuxt }
  relay: { path: relay, builder: node, optional: true }
environments:
  staging: {}
  production: { approvals: [switch] }
`
const listOf = (items: readonly unknown[]): object => ({ items, nextCursor: null, total: items.length })

const me = {
  id: 'mara',
  username: 'mara',
  displayName: 'Mara Lindqvist',
  email: null,
  role: 'admin',
  reach: 'all',
  grants: [],
  limits: null,
  preferences: { theme: 'system', density: 'default', singleKeys: true },
  createdAt: ago(9e9),
}

const comparison = {
  title: 'woosoo (production), run 117',
  at: ago(3_600_000),
  against: 'before',
  before: { since: ago(7_260_000), until: ago(3_660_000) },
  after: { since: ago(3_600_000), until: ago(0) },
  deployment: null,
  services: ['backend', 'pwa'],
  measures: [
    {
      name: 'cpu',
      title: 'CPU',
      unit: 'percent',
      better: 'lower',
      before: 42,
      after: 61,
      points: { before: 60, after: 60 },
      changePercent: 45.2,
      verdict: 'worse',
      note: null,
    },
    {
      name: 'errors',
      title: 'error lines a minute',
      unit: 'per-minute',
      better: 'lower',
      before: null,
      after: 0.2,
      points: { before: 0, after: 60 },
      changePercent: null,
      verdict: 'too-little',
      note: 'Nothing is known of the time before.',
    },
  ],
  summary: 'Worse: CPU. There is too little to say of error lines a minute.',
  limits: [],
}

/** A house with a history, releases and backups, in which a run can be played. */
export class FixtureHouse {
  readonly server = new ContractServer()
  readonly socket = new FixtureSocket(this.server.server)
  readonly runs = new Map<string, Deployment>(history().map((run) => [run.id, run]))
  readonly play: Play
  releases: Release[] = releases()
  backups: Backup[] = backups()
  readonly keptLines = new KeptLines()
  /** Whether preflight finds its tools. */
  tools = true

  constructor() {
    this.play = new Play((run, lines) => {
      this.tell(run)
      for (const line of lines) this.socket.push({ kind: 'line', deploymentId: run.id, line })
    })
    this.#door()
    this.#deployments()
    this.#kept()
    this.keptLines.answer(this.server)
  }

  tell(run: Deployment): void {
    this.runs.set(run.id, run)
    this.socket.push({ kind: 'deployment', deployment: run })
  }
  close(): void {
    this.socket.close()
    this.server.close()
  }

  #door(): void {
    const signedIn = (): object => ({ accessToken: 'access', tokenType: 'Bearer', expiresInMs: 900_000, user: me })
    this.server
      .on('auth.refresh', signedIn)
      .on('auth.login', signedIn)
      .on('auth.setupState', () => ({ needed: false }))
      .on('auth.ticket', () => ({ ticket: 'ticket', expiresInMs: 30_000 }))
      .on('services.list', () => ({ ...listOf([]), states: {} }))
      .on('targets.list', () => listOf([target]))
      .on('timeline.list', () => listOf([]))
      .on('timeline.compare', () => comparison)
      .on('alerts.list', () => ({ ...listOf([]), counts: {} }))
      .on('jobs.list', () => listOf([]))
      .on('metrics.target', () => ({ targetId: 'local', stepMs: 10_000, samples: [] }))
      .on('dashboards.overview', () => ({
        needsYou: [],
        states: {},
        total: 0,
        targets: [target],
        fleet: [],
        events: [],
        firstSteps: false,
      }))
      .on('stacks.list', () => listOf([]))
      .on('stacks.examples', () => ({
        items: [
          {
            name: 'hello',
            title: 'Hello',
            description: 'Three small services.',
            format: 'wheelhouse',
            source: 'name: hello\n',
            directory: '/opt/wheelhouse/examples/hello',
          },
        ],
      }))
      .on('stacks.get', () => ({
        id: 'local:woosoo',
        name: 'woosoo',
        format: 'wheelhouse',
        targetId: 'local',
        targetName: 'north',
        managed: true,
        state: 'running',
        services: [{ name: 'backend', serviceId: null, state: 'running', image: null }],
        revision: 9,
        appliedAt: ago(8e6),
        appliedBy: 'mara',
        source: manifest,
        directory: '/srv/woosoo',
      }))
      .on('stacks.revisions', () => listOf([]))
      .on('stackSources.list', () => listOf([]))
  }

  #run(id: unknown): Deployment {
    const run = this.runs.get(String(id))
    if (!run) throw new Failure('NOT_FOUND', `There is no deployment ${String(id)}.`)
    return run
  }

  #deployments(): void {
    const started = (over: Partial<Deployment>): Deployment => {
      const run = aRun({ id: 'run-new', number: 485, state: 'running', finishedAt: null, ...over })
      this.tell(run)
      return run
    }
    this.server
      .on('deployments.list', ({ stack, environment, state }) =>
        listOf(
          [...this.runs.values()]
            .filter(
              (run) => (stack === undefined || run.stack === stack) && (state === undefined || run.state === state),
            )
            .filter((run) => environment === undefined || run.environment === environment)
            .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
        ),
      )
      .on('deployments.get', ({ id }) => this.#run(id))
      .on('deployments.log', ({ id, after = 0 }) => {
        const all = id === 'run-482' ? rolledBackLines : id === this.play.run.id ? this.play.lines : []
        const items = all.filter((line) => line.seq > Number(after))
        return { items, last: all.at(-1)?.seq ?? 0, more: false }
      })
      .on('deployments.report', () => '<!doctype html><title>Report</title>')
      .on('deployments.cancel', ({ id }) => {
        const run = { ...this.#run(id), state: 'cancelled' as const, queue: null, finishedAt: new Date().toISOString() }
        this.tell(run)
        return run
      })
      .on('deployments.decide', ({ approve, reason }) =>
        this.play.decide(approve === true, typeof reason === 'string' ? reason : null),
      )
      .on('deployments.describe', ({ source, environment, directory }) => ({
        name: 'woosoo',
        directory: directory ?? null,
        source: source ?? manifest,
        environments: [
          { name: 'staging', targets: ['north'], approvals: [] },
          { name: 'production', targets: ['north'], approvals: ['switch'] },
        ],
        environment: environment ?? 'staging',
        strategy: 'blue-green',
        apps: [
          { name: 'backend', builder: 'laravel', path: 'backend', optional: false },
          { name: 'pwa', builder: 'nuxt', path: 'pwa', optional: false },
          { name: 'relay', builder: 'node', path: 'relay', optional: true },
        ],
        services: [
          { name: 'backend', kind: 'process', expose: 8080 },
          { name: 'queue', kind: 'process', expose: null },
        ],
        stages: [
          { name: 'backup', title: 'Back up', skippable: true },
          { name: 'build', title: 'Build', skippable: true },
          { name: 'watch', title: 'Watch window', skippable: true },
        ],
        problems:
          typeof source === 'string' && source.includes('restart_polcy')
            ? [
                {
                  line: 2,
                  column: 3,
                  path: 'restart_polcy',
                  message: 'unknown key restart_polcy. Did you mean restart_policy?',
                  severity: 'error',
                },
              ]
            : [],
      }))
      .on('deployments.check', () => preflight(this.tools))
      .onPlan('deployments.start', () =>
        plan('woosoo r119 on production', [
          { verb: 'replace', kind: 'service', name: 'backend', reasons: ['artefact: 9f31c07 → 41be88d'] },
          {
            verb: 'change',
            kind: 'file',
            name: 'backend/.env',
            reasons: ['GIFT_NOTES: off → on', 'DB_PASSWORD changes'],
          },
          { verb: 'create', kind: 'release', name: 'r119', reasons: [] },
          { verb: 'keep', kind: 'service', name: 'nginx', reasons: [] },
        ]),
      )
      .on('deployments.start', () => started({}))
      .onPlan('deployments.rollback', ({ database }) =>
        plan('woosoo back to r116', [
          { verb: 'replace', kind: 'service', name: 'backend', reasons: ['r117 → r116'] },
          ...(database === true
            ? [{ verb: 'replace' as const, kind: 'database' as const, name: 'woosoo', reasons: ['from its dump'] }]
            : []),
        ]),
      )
      .on('deployments.rollback', () => started({ kind: 'rollback' }))
      .onPlan('deployments.promote', () =>
        plan('woosoo r41 to production', [{ verb: 'replace', kind: 'service', name: 'backend', reasons: [] }]),
      )
      .on('deployments.promote', () => started({ kind: 'promotion' }))
  }

  #kept(): void {
    const release = (id: unknown): Release => {
      const found = this.releases.find((each) => each.id === id)
      if (!found) throw new Failure('NOT_FOUND', 'There is no such release.')
      return found
    }
    const backup = (id: unknown): Backup => {
      const found = this.backups.find((each) => each.id === id)
      if (!found) throw new Failure('NOT_FOUND', 'There is no such backup.')
      return found
    }
    const old = plan('1 release, 94 MB', [{ verb: 'remove', kind: 'release', name: 'r115', reasons: ['94 MB'] }])
    this.server
      .on('releases.list', ({ stack, environment }) =>
        listOf(
          this.releases.filter(
            (each) =>
              (stack === undefined || each.stack === stack) &&
              (environment === undefined || each.environment === environment),
          ),
        ),
      )
      .on('releases.compare', ({ id, with: other }) => ({ before: release(id), after: release(other), differences }))
      .on('releases.pin', ({ id, pinned }) => {
        this.releases = this.releases.map((each) => (each.id === id ? { ...each, pinned: pinned === true } : each))
        return release(id)
      })
      .onPlan('releases.cleanup', () => old)
      .on('releases.cleanup', () => ({ removed: 1, freedBytes: 94_000_000 }))
      .on('backups.list', () => listOf(this.backups))
      .on('backups.get', ({ id }) => backup(id))
      .on('backups.verify', () => ({ ok: true, checked: 3, problems: [] }))
      .on('backups.drill', () => aJob('backups.drill', 'Drill of woosoo'))
      .on('backups.create', () => aJob('backups.create', 'Backup of woosoo'))
      .onPlan('backups.restore', () =>
        plan('woosoo as of the backup', [
          { verb: 'replace', kind: 'database', name: 'woosoo', reasons: ['2.1 GB'] },
          { verb: 'replace', kind: 'file', name: 'backend/storage', reasons: ['310 MB'] },
        ]),
      )
      .on('backups.restore', () => aJob('backups.restore', 'Restore of woosoo'))
      .onPlan('backups.remove', ({ id }) =>
        plan('1 backup', [{ verb: 'remove', kind: 'backup', name: String(id), reasons: ['2.4 GB'] }], { kept: [] }),
      )
      .on('backups.remove', ({ id }) => {
        this.backups = this.backups.filter((each) => each.id !== id)
        return { removed: [String(id)], freedBytes: 2_410_000_000 }
      })
      .onPlan('backups.cleanup', () =>
        plan('1 backup', [{ verb: 'remove', kind: 'backup', name: '2026-11-19_03-00-00', reasons: [] }], { kept: [] }),
      )
      .on('backups.cleanup', () => ({ removed: ['2026-11-19_03-00-00'], freedBytes: 2_410_000_000 }))
  }
}
