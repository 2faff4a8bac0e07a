import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Deployment, deploymentEnded, type Service } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import { contextTar } from '../build/context-tar.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'

/** A web server of the lab that ends when it is told to, with what it does beforehand. */
export const serving = (before = 'true'): string =>
  `trap "exit 0" TERM INT; ${before}; httpd -f -p 8080 -h /www & wait $!`

/** Dockerfile of an app whose page says its version. */
export const dockerfile = (version: string, before?: string): string =>
  `FROM lab/web:1\nRUN echo ${version} > /www/index.html && touch /www/healthy\nCMD ${JSON.stringify(['sh', '-c', serving(before)])}\n`

/** Healthy while its page is there, as the engine itself checks it; slow to begin with and slow to answer is not ill. */
export const healthcheck = `
    healthcheck:
      test: [CMD, test, -f, /www/healthy]
      interval: 500ms
      timeout: 20s
      retries: 2
      start_period: 5s`

let count = 0

/** A control plane on the lab's engine, with stacks in folders; everything they made is gone after `close`. */
export class ContainerHouse {
  readonly #stacks = new Set<string>()
  readonly #folders: string[] = []
  readonly #images: string[] = []
  readonly #connections: () => Connection[]
  readonly house: TestHouse

  private constructor(house: TestHouse) {
    this.house = house
    const { registry } = house.house.domains.targets
    this.#connections = () =>
      registry
        .targets()
        .filter((target) => target.kind === 'docker')
        .map((target) => registry.mirror(target.id).connection)
  }

  static async open(engine: string | null, env: Record<string, string> = {}): Promise<ContainerHouse> {
    const made = new ContainerHouse(await openTestHouse({ ...(engine === null ? {} : { engine }), env }))
    await made.heard()
    return made
  }

  /** Registers a node of the lab under its name, by its address on the network. */
  async register(node: 'n1' | 'n2' | 'n3'): Promise<Connection> {
    const of = (what: string): string | undefined => process.env[`WHEELHOUSE_TEST_${node.toUpperCase()}_${what}`]
    const folder = of('CERTS')
    const read = (file: string): string => readFileSync(join(folder!, file), 'utf8')
    const tls =
      folder === undefined ? {} : { tls: { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') } }
    await this.house.admin.targets.register({ name: node, address: of('TCP')!, ...tls })
    await this.heard()
    return this.house.house.domains.targets.registry.mirror(node).connection
  }

  async heard(): Promise<void> {
    const deadline = Date.now() + 90_000
    const waited = () => this.house.house.domains.targets.registry.targets().find(({ state }) => state !== 'connected')
    for (let target = waited(); target !== undefined; target = waited()) {
      if (Date.now() > deadline) throw new Error(`${target.name} was not heard: ${target.reason}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** A name that no other test has. */
  name(): string {
    const name = `wh-dep-${process.pid}-${++count}`
    this.#stacks.add(name)
    return name
  }

  folder(files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), 'wh-containers-'))
    this.#folders.push(folder)
    this.write(folder, files)
    return folder
  }

  write(folder: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  }

  async ended(id: string): Promise<Deployment> {
    for (;;) {
      const deployment = await this.house.admin.deployments.get({ id })
      if (deploymentEnded(deployment.state)) return deployment
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Waits until a run is at a stage, or has ended. */
  async reached(id: string, stage: string): Promise<void> {
    for (;;) {
      const deployment = await this.house.admin.deployments.get({ id })
      const at = deployment.stages.find(({ name }) => name === stage)
      if (at?.state === 'running' || deploymentEnded(deployment.state)) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Runs a command inside a container. */
  async run(stack: string, name: string, argv: readonly string[]): Promise<void> {
    const { connection, nativeId } = this.house.house.domains.targets.registry.reach(this.service(stack, name).id)
    const session = await connection.exec(nativeId, { argv, tty: false })
    for await (const _ of session.output);
    if ((await session.exitCode()) !== 0) throw new Error(`${argv.join(' ')} failed in ${name}`)
  }

  async deploy(asked: Parameters<TestHouse['admin']['deployments']['start']>[0]): Promise<Deployment> {
    return this.ended((await this.house.admin.deployments.start(asked)).id)
  }

  async rollback(stack: string, release?: number): Promise<Deployment> {
    const started = await this.house.admin.deployments.rollback({
      stack,
      ...(release === undefined ? {} : { release }),
    })
    return this.ended(started.id)
  }

  /** Those of a stack as the mirror has them. */
  services(stack: string): Service[] {
    return [...this.house.house.domains.targets.registry.services()].filter((service) => service.stack === stack)
  }

  service(stack: string, name: string): Service {
    const found = this.services(stack).find((service) => service.name === `${stack}-${name}`)
    if (!found) throw new Error(`There is no ${name}: ${this.names(stack).join(', ')}`)
    return found
  }

  names(stack: string): string[] {
    return this.services(stack)
      .map((service) => service.name.slice(stack.length + 1))
      .toSorted()
  }

  /** An image that somebody built by hand. */
  async build(folder: string, tag: string): Promise<void> {
    this.#images.push(tag)
    const rest = { target: null, args: {}, labels: {}, pull: false, noCache: false, network: 'none', cacheFrom: [] }
    const request = { tag, dockerfile: 'Dockerfile', ...rest }
    const signal = AbortSignal.timeout(60_000)
    await this.connection.build!(request, contextTar(folder, ''), () => undefined, signal)
  }

  get connection(): Connection {
    return this.#connections()[0]!
  }

  /** Also as it is called in an environment. */
  #isOurs(stack: string | null): boolean {
    return stack !== null && [...this.#stacks].some((name) => stack === name || stack.startsWith(`${name}-`))
  }

  async close(): Promise<void> {
    for (const service of this.house.house.domains.targets.registry.services()) {
      if (!this.#isOurs(service.stack)) continue
      const { connection, nativeId } = this.house.house.domains.targets.registry.reach(service.id)
      await connection.remove(nativeId, { force: true, volumes: true }).catch(() => undefined)
    }
    const releases = await this.house.admin.releases.list({ limit: 500 }).catch(() => ({ items: [] }))
    for (const connection of this.#connections()) {
      for (const found of await connection.resources().catch(() => []))
        if (this.#isOurs(found.stack)) await connection.removeResource(found.kind, found.name).catch(() => undefined)
      const built = releases.items.flatMap(({ services }) => services.flatMap((one) => one.image ?? []))
      for (const image of new Set([...this.#images, ...built]))
        if (image.startsWith('wheelhouse/')) await connection.removeImage?.(image).catch(() => undefined)
    }
    await this.house.close()
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true })
  }
}

/** What a run tells of itself, for the message of a failed assertion. */
export const told = ({ state, outcome, stages }: Deployment): string =>
  JSON.stringify(
    [
      state,
      outcome,
      ...stages.map(
        ({ name, state: at, message, startedAt, finishedAt }) =>
          `${name} ${at}: ${message} (${startedAt} to ${finishedAt})`,
      ),
    ],
    null,
    1,
  )

/** Asks without a pause, on a new connection each time, and keeps what went wrong. */
export class Asking {
  readonly #loop: Promise<void>
  #stopped = false
  asked = 0
  readonly failures: string[] = []
  readonly seen = new Set<string>()

  constructor(port: number) {
    this.#loop = (async () => {
      while (!this.#stopped) {
        this.asked++
        try {
          const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
          const text = (await answer.text()).trim()
          if (answer.status === 200) this.seen.add(text)
          else this.failures.push(`${answer.status} ${text}`)
        } catch (error) {
          this.failures.push(String((error as Error).cause ?? error))
        }
        await new Promise((resolve) => setTimeout(resolve, 3))
      }
    })()
  }

  async stop(): Promise<this> {
    this.#stopped = true
    await this.#loop
    return this
  }
}
