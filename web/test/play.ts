import type { Deployment, DeploymentLine } from '@wheelhouse/contract'
import { ago, aRun, line, waiting } from './run-fixture.ts'

const names = [
  'preflight',
  'lock',
  'backup',
  'config',
  'build',
  'test',
  'release',
  'start',
  'gates',
  'switch',
  'verify',
]

/**
 * A run that is played act by act, as a server would tell of it: it builds two apps side by side, waits for an approval
 * before the switch, fails its verify and is undone.
 */
export class Play {
  run: Deployment = aRun({
    id: 'run-live',
    number: 483,
    state: 'queued',
    stages: names.map(waiting),
    queue: { position: 1, reason: 'Deployment 482 of woosoo on production is still running.' },
    release: null,
    startedAt: null,
    createdAt: ago(4_000),
  })
  readonly lines: DeploymentLine[] = []
  readonly #tell: (run: Deployment, lines: readonly DeploymentLine[]) => void

  constructor(tell: (run: Deployment, lines: readonly DeploymentLine[]) => void) {
    this.#tell = tell
  }

  #say(stage: string, texts: readonly string[], task: string | null = null): DeploymentLine[] {
    const fresh = texts.map((text, i) =>
      line(this.lines.length + 1 + i, stage, text, { task, at: new Date().toISOString() }),
    )
    this.lines.push(...fresh)
    return fresh
  }
  #stage(name: string, change: Partial<Deployment['stages'][number]>): Deployment['stages'] {
    return this.run.stages.map((stage) => (stage.name === name ? { ...stage, ...change } : stage))
  }
  #become(change: Partial<Deployment>, lines: readonly DeploymentLine[] = []): void {
    this.run = { ...this.run, ...change }
    this.#tell(this.run, lines)
  }
  #did(name: string, message: string): void {
    const at = new Date().toISOString()
    this.#become(
      {
        stages: this.run.stages.map((stage) =>
          stage.name === name
            ? {
                ...stage,
                state: 'done',
                message,
                startedAt: stage.startedAt ?? ago(3_000),
                finishedAt: at,
                tasks: stage.tasks.map((task) => ({ ...task, state: 'done', finishedAt: at })),
              }
            : stage,
        ),
        stage: name,
      },
      this.#say(name, [message]),
    )
  }

  begin(): void {
    this.#become({ state: 'running', queue: null, startedAt: new Date().toISOString() })
    for (const [name, message] of [
      ['preflight', '14 checks passed'],
      ['lock', 'held by mara'],
      ['backup', '2.1 GB'],
      ['config', '6 files written'],
    ] as const)
      this.#did(name, message)
    const startedAt = ago(8_000)
    this.#become(
      {
        stage: 'build',
        stages: this.#stage('build', {
          state: 'running',
          message: '2 apps side by side',
          startedAt,
          tasks: ['backend', 'pwa'].map((name) => ({
            name,
            state: 'running',
            message: '',
            startedAt,
            finishedAt: null,
          })),
        }),
      },
      [...this.#say('build', ['composer install'], 'backend'), ...this.#say('build', ['npm ci'], 'pwa')],
    )
  }
  /** More lines of the build, for the log to follow. */
  print(texts: readonly string[]): void {
    this.#become({}, this.#say('build', texts, 'pwa'))
  }
  askApproval(): void {
    for (const [name, message] of [
      ['build', '2 apps built'],
      ['test', '212 tests passed'],
      ['release', 'r119'],
      ['start', '3 services beside the old ones'],
      ['gates', '3 of 3 healthy'],
    ] as const)
      this.#did(name, message)
    this.#become({
      state: 'waiting',
      stage: 'switch',
      release: { id: 'release-119', number: 119 },
      stages: this.#stage('switch', { state: 'approval' }),
      approval: {
        stage: 'switch',
        role: 'developer',
        requestedAt: new Date().toISOString(),
        decidedAt: null,
        decidedBy: null,
        approved: null,
        reason: null,
      },
    })
  }
  decide(approved: boolean, reason: string | null): Deployment {
    const { approval } = this.run
    if (!approval) throw new Error('Nothing waits for an approval.')
    this.#become({
      state: 'running',
      approval: { ...approval, approved, reason, decidedBy: 'mara', decidedAt: new Date().toISOString() },
    })
    this.#did('switch', 'traffic goes to r119')
    return this.run
  }
  failAndUndo(): void {
    const at = new Date().toISOString()
    this.#become(
      {
        state: 'rolling-back',
        stage: 'verify',
        stages: this.#stage('verify', {
          state: 'failed',
          message: '5 of 6 checks',
          startedAt: ago(2_000),
          finishedAt: at,
        }),
      },
      this.#say('verify', ['GET /health/ready 503']),
    )
    for (const name of ['switch', 'start', 'config'])
      this.#become({
        stages: this.#stage(name, {
          state: 'undone',
          undo: { message: `${name} is as before`, startedAt: at, finishedAt: at },
        }),
      })
    this.#become({
      state: 'rolled-back',
      finishedAt: at,
      outcome: {
        summary: 'r119 did not pass its checks. r118 is running again.',
        stage: 'verify',
        check: { name: 'GET /health/ready', output: 'HTTP 503' },
        error: null,
        logs: [],
        running: ['r118 on 3 of 3 services'],
        notUndone: [],
      },
    })
  }
}
