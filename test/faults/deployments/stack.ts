import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import { builtInStages, type Deployment, deploymentEnded, type Strategy } from '@wheelhouse/contract'
import { until } from '../control-plane.ts'
import type { Puppet } from './puppet.ts'
import { freePort } from '../../fixtures/free-port.ts'

export type Part = Record<string, unknown>

/** The manifest before it is written, for a fault to change. */
export interface Draft {
  apps: Record<string, Part>
  services: Record<string, Part>
  pipeline: Part & { timeouts: Record<string, string>; commands: Part[] }
  backup: Part
  config: Part & { templates: { from: string; to: string }[] }
  [key: string]: unknown
}

/** No test is about how fast it is: a machine that does much else gets its time. */
export const patienceMs = 180_000

export const secret = 'violet-kettle-7-harbour'

/** Answers its version and greeting; crashes, answers 500, or takes its time when it is told to. */
const server = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
const version = readFileSync('version.txt', 'utf8').trim()
const [, greeting] = /^GREETING=(.*)$/m.exec(readFileSync('app.env', 'utf8'))
if (version.startsWith('broken')) throw new Error('this version cannot start')
const server = createServer((request, response) => {
  if (version.startsWith('sick')) response.statusCode = 500
  const answer = () => response.end(version + ' ' + greeting)
  if (request.url === '/broken') response.statusCode = 500
  if (request.url.startsWith('/slow')) {
    writeFileSync(process.env.SWITCHES + '/slow.begun', '')
    setTimeout(answer, Number(request.url.split('/')[2]))
  } else answer()
}).listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections() })
setInterval(() => existsSync(process.env.SWITCHES + '/crash-' + version) && process.exit(7), 50)
`

/** How a stack stands: what must be the same before a run that failed and after it. */
export interface Stand {
  readonly web: string
  readonly api: string
  readonly services: readonly string[]
  readonly files: readonly string[]
}

/** A project in a folder of its own: `web` and `api` are exposed, `worker` is not; a config with templates and a secret; a backup. */
export class Stack {
  readonly name: string
  readonly directory: string
  readonly strategy: Strategy
  readonly ports: { readonly web: number; readonly api: number }
  version = ''
  readonly #puppet: Puppet

  private constructor(
    parent: string,
    name: string,
    strategy: Strategy,
    ports: { web: number; api: number },
    puppet: Puppet,
  ) {
    this.name = name
    this.strategy = strategy
    this.ports = ports
    this.#puppet = puppet
    this.directory = mkdtempSync(join(parent, `${name}-`))
    for (const folder of ['web', 'api', 'templates', 'switches', 'tools']) mkdirSync(join(this.directory, folder))
    for (const app of ['web', 'api']) {
      this.put(`${app}/main.mjs`, server)
      this.put(`${app}/artisan`, '')
      this.put(`${app}/composer.json`, '{}')
    }
    this.putTemplates()
    this.put('tools/worker.sh', 'trap \'[ -e "$1" ] || exit 0\' TERM; while :; do sleep 1; done')
    this.put('tools/wait.sh', ': > "$1.begun"; while [ ! -e "$1" ]; do sleep 0.05; done')
  }

  putTemplates(): void {
    for (const app of ['web', 'api'])
      this.put(`templates/${app}.env`, 'GREETING={{ GREETING }}\nPASSWORD={{ API_PASSWORD }}\n')
  }

  static async make(parent: string, name: string, strategy: Strategy, puppet: Puppet): Promise<Stack> {
    return new Stack(parent, name, strategy, { web: await freePort(), api: await freePort() }, puppet)
  }

  put(file: string, text: string, mode = 0o644): void {
    writeFileSync(join(this.directory, file), text, { mode })
  }
  path(file: string): string {
    return join(this.directory, file)
  }
  /** A command that ends once that switch is set; it says by another file that it has begun. */
  wait(name: string): string[] {
    return ['sh', this.path('tools/wait.sh'), this.path(`switches/${name}`)]
  }
  begun(name: string): boolean {
    return existsSync(this.path(`switches/${name}.begun`))
  }
  async hasBegun(name: string): Promise<void> {
    await until(() => (this.begun(name) ? true : null), patienceMs)
  }
  has(file: string): boolean {
    return existsSync(this.path(file))
  }
  remove(file: string): void {
    rmSync(this.path(file), { recursive: true, force: true })
  }
  /** host:port of a registry that takes a request and says nothing. */
  mute(): string {
    this.#puppet.set('/v2/', 'hold')
    return new URL(this.#puppet.url).host
  }
  turn(name: string): void {
    this.put(`switches/${name}`, '')
  }
  reset(): void {
    rmSync(this.path('switches'), { recursive: true })
    mkdirSync(this.path('switches'))
  }
  puppet(what: 'gate' | 'verify' | 's3', mood: 'pass' | 'fail' | 'hold'): void {
    this.#puppet.set(`/${what}/${this.name}`, mood)
  }
  wasAsked(what: 'gate' | 'verify' | 's3'): boolean {
    return this.#puppet.wasAsked(`/${what}/${this.name}`)
  }
  puppetUrl(what: 'gate' | 'verify' | 's3'): string {
    return `${this.#puppet.url}/${what}/${this.name}`
  }

  /** Writes everything anew for that version. */
  write(version: string, change: (draft: Draft, stack: Stack) => void = () => undefined): void {
    this.version = version
    for (const what of ['gate', 'verify', 's3'] as const) this.puppet(what, 'pass')
    this.reset()
    for (const app of ['web', 'api']) this.put(`${app}/version.txt`, version)
    this.put('values.env', `GREETING=hello-${version}\nAPI_PASSWORD=${secret}\n`, 0o600)
    const draft = this.#draft(version)
    change(draft, this)
    this.put('wheelhouse.yaml', JSON.stringify(draft))
  }

  #draft(version: string): Draft {
    const exposed = (app: 'web' | 'api'): Part => ({
      app,
      command: ['node', 'main.mjs'],
      expose: this.ports[app],
      environment: { SWITCHES: this.path('switches'), PASSWORD: '${API_PASSWORD}' },
      restart: { policy: 'always', delay: '200ms' },
      health: [{ http: 'http://127.0.0.1:{port}/', interval: '500ms', retries: 2, start_period: '6s' }],
    })
    return {
      name: this.name,
      config: {
        file: 'values.env',
        templates: ['web', 'api'].map((app) => ({ from: `templates/${app}.env`, to: `${app}/app.env` })),
      },
      apps: Object.fromEntries(
        ['web', 'api'].map((app) => [app, { path: app, builder: 'static', options: { command: ['true'] } }]),
      ),
      services: {
        api: exposed('api'),
        web: { ...exposed('web'), depends_on: { api: 'healthy' } },
        worker: {
          command: ['sh', this.path('tools/worker.sh'), this.path('switches/stubborn')],
          environment: { VERSION: version },
          stop: { timeout: '8s' },
        },
      },
      backup: { files: ['templates'], before_deploy: { files: true }, to: this.path('backups') },
      gates: [{ http: this.puppetUrl('gate'), timeout: '1s', retries: 1 }],
      verify: [
        { http: `http://127.0.0.1:${this.ports.web}/`, contains: version, retries: 1 },
        { http: this.puppetUrl('verify'), timeout: '1s', retries: 1 },
      ],
      pipeline: {
        strategy: this.strategy,
        timeouts: {},
        commands: [],
        drain: '5s',
        canary: { steps: [50], pause: '500ms' },
        watch: { for: '500ms' },
      },
    }
  }

  async answer(app: 'web' | 'api'): Promise<string> {
    return fetch(`http://127.0.0.1:${this.ports[app]}/`, { headers: { connection: 'close' } }).then(
      async (response) => `${response.status} ${await response.text()}`,
      () => 'no answer',
    )
  }

  async stand(admin: Client): Promise<Stand> {
    const { items } = await admin.services.list({ stack: this.name, limit: 100 })
    const isUp = (state: string): string => (['running', 'starting'].includes(state) ? 'up' : state)
    return {
      web: await this.answer('web'),
      api: await this.answer('api'),
      services: items
        .map((one) => `${one.name} ${isUp(one.state)} of release ${one.labels['wheelhouse.release']}`)
        .toSorted(),
      files: ['web', 'api'].map((app) => {
        const path = this.path(`${app}/app.env`)
        return existsSync(path) ? `${readFileSync(path, 'utf8')} ${statSync(path).mode.toString(8)}` : 'none'
      }),
    }
  }
}

/** Asks until the run has ended. What fails on the way, while no control plane is there, is asked again. */
export async function ended(client: () => Client, id: string, timeoutMs = patienceMs): Promise<Deployment> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const deployment = await client()
      .deployments.get({ id })
      .catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'NO_CONNECTION') throw error
        return null
      })
    if (deployment && deploymentEnded(deployment.state)) return deployment
    if (Date.now() > deadline) throw new Error(`it has not ended: ${JSON.stringify(deployment, null, 1)}`)
    await new Promise((again) => setTimeout(again, 100))
  }
}

const order = (stage: string | null): number => builtInStages.findIndex((one) => one === stage)

/** Waits until the run is at that stage, or past it where that went by too fast to be seen: at a later one, or at its end. */
export const reaches = (client: () => Client, id: string, stage: string): Promise<Deployment> =>
  until(async () => {
    const run = await client().deployments.get({ id })
    return deploymentEnded(run.state) || order(run.stage) >= order(stage) ? run : null
  }, patienceMs)

/** For a message of a test that failed: how it ended, and at which stage. */
export const told = ({ state, outcome, stages }: Deployment): string =>
  JSON.stringify([state, outcome, stages.map((one) => [one.name, one.state, one.message, one.undo])], null, 1)
