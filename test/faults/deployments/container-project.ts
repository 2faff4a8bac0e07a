import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import type { Strategy } from '@wheelhouse/contract'
import { dockerfile, healthcheck } from '../../../server/src/workloads/deployments/testing/container-stack.ts'
import { freePort } from '../../fixtures/free-port.ts'
import { until } from '../control-plane.ts'
import { ask } from '../engine-of-lab.ts'
import { type Part, patienceMs } from './stack.ts'

const mark = randomBytes(4).toString('hex')
let count = 0

export interface ContainerDraft {
  apps: { web: Part }
  pipeline: Part & { timeouts: Record<string, string>; commands: Part[] }
  verify: Part[]
  [key: string]: unknown
}

/** A project of containers on the lab's engine: `web` is built and exposed, `redis` stays as it is and has a volume and a network. */
export class ContainerProject {
  // Suites that run one after the other in a process must not meet: not even what one left behind.
  readonly name = `wh-fault-${mark}-${++count}`
  readonly directory: string
  readonly port: number
  readonly strategy: Strategy

  private constructor(directory: string, strategy: Strategy, port: number) {
    this.directory = directory
    this.strategy = strategy
    this.port = port
    for (const folder of ['web', 'switches']) mkdirSync(join(directory, folder))
    this.#put('wait.sh', ': > "$1.begun"; while [ ! -e "$1" ]; do sleep 0.05; done')
  }

  static async make(parent: string, strategy: Strategy): Promise<ContainerProject> {
    return new ContainerProject(mkdtempSync(join(parent, 'containers-')), strategy, await freePort())
  }

  #put(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text)
  }

  /** Writes everything anew for that version. `before` is what its container does first, `building` what its build does. */
  write(
    version: string,
    how: { change?: (draft: ContainerDraft) => void; before?: string; building?: string; target?: string } = {},
  ): void {
    rmSync(join(this.directory, 'switches'), { recursive: true })
    mkdirSync(join(this.directory, 'switches'))
    const draft: ContainerDraft = {
      name: this.name,
      ...(how.target === undefined ? {} : { target: how.target }),
      apps: { web: { path: 'web', builder: 'image' } },
      compose: { file: 'compose.yaml', services: { web: { app: 'web', port: 8080, expose: this.port } } },
      verify: [{ http: `http://127.0.0.1:${this.port}/`, contains: version }],
      pipeline: {
        strategy: this.strategy,
        timeouts: {},
        commands: [],
        gate_timeout: '60s',
        drain: '5s',
        watch: { for: '500ms' },
      },
    }
    how.change?.(draft)
    this.#put('wheelhouse.yaml', JSON.stringify(draft))
    this.#put(
      'compose.yaml',
      `
services:
  web:
    build: web
    stop_grace_period: 3s${healthcheck}
  redis:
    image: lab/busybox:1
    volumes: [data:/data]
volumes: { data: {} }
`,
    )
    const built = dockerfile(version, how.before)
    this.#put('web/Dockerfile', built.replace('\nCMD', `\nRUN ${how.building ?? 'true'}\nCMD`))
  }

  /** A command of the manifest that waits, before a stage, until it is let go on. */
  holdBefore(draft: ContainerDraft, stage: string): void {
    const run = ['sh', join(this.directory, 'wait.sh'), join(this.directory, 'switches/hold')]
    draft.pipeline.commands.push({ name: 'hold', before: stage, run })
  }
  async isHeld(): Promise<void> {
    await until(() => (existsSync(join(this.directory, 'switches/hold.begun')) ? true : null), patienceMs)
  }
  letGo(): void {
    this.#put('switches/hold', '')
  }

  async page(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/`, { headers: { connection: 'close' } })
    return `${answer.status} ${(await answer.text()).trim()}`
  }

  /** What the engine has of it, past the control plane: containers with their state, networks, volumes, tags of images. */
  async onEngine(): Promise<string[]> {
    const filtered = (path: string, filters: object): string =>
      `${path}filters=${encodeURIComponent(JSON.stringify(filters))}`
    const isOurs = (name: string): boolean => name.includes(this.name)
    const containers = await ask<{ Names: string[]; State: string }[]>('GET', '/containers/json?all=1')
    const networks = await ask<{ Name: string }[]>('GET', '/networks')
    const { Volumes } = await ask<{ Volumes: { Name: string }[] | null }>('GET', '/volumes')
    const images = await ask<{ RepoTags: string[] | null }[]>(
      'GET',
      filtered('/images/json?', { reference: [`wheelhouse/${this.name}/*`] }),
    )
    return [
      ...containers.map(({ Names, State }) => `container ${Names[0]?.slice(1)} ${State}`).filter(isOurs),
      ...networks.map(({ Name }) => `network ${Name}`).filter(isOurs),
      ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`).filter(isOurs),
      ...images.flatMap(({ RepoTags }) => (RepoTags ?? []).map((tag) => `image ${tag}`)),
    ].toSorted()
  }

  /** What it must have, and nothing else: one of each service, those that are kept warm, and the images of releases that are kept. */
  async wanted(admin: Client, warm: readonly number[]): Promise<string[]> {
    const { items } = await admin.releases.list({ stack: this.name })
    const images = items.flatMap(({ services }) => services.flatMap(({ image }) => image ?? []))
    return [
      ...['redis-1', 'web-1', ...warm.map((number) => `web-1.r${number}`)].map(
        (service) => `container ${this.name}-${service} running`,
      ),
      `network ${this.name}_default`,
      `volume ${this.name}_data`,
      ...[...new Set(images)].filter((image) => image.startsWith('wheelhouse/')).map((image) => `image ${image}`),
    ].toSorted()
  }

  /** Takes all of it from the engine. */
  async sweep(): Promise<void> {
    for (const line of await this.onEngine()) {
      const [kind = '', name = ''] = line.split(' ')
      const path = {
        container: `/containers/${name}?force=1&v=1`,
        network: `/networks/${name}`,
        volume: `/volumes/${name}?force=1`,
        image: `/images/${name}?force=1`,
      }[kind]
      await ask('DELETE', path!).catch(() => undefined)
    }
  }
}
