import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/fixtures/free-port.ts'

/** A real Caddy on a free admin port, with a server of somebody else in its configuration. */
export class CaddyProcess {
  readonly #program: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'wh-caddy-'))
  #process: ChildProcess | null = null
  #port = 0
  foreignPort = 0
  output = ''

  constructor(program: string) {
    this.#program = program
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    this.#port = await freePort()
    this.foreignPort = await freePort()
    const theirs = {
      listen: [`127.0.0.1:${this.foreignPort}`],
      routes: [{ handle: [{ handler: 'static_response', body: 'theirs' }] }],
    }
    const config = { admin: { listen: `127.0.0.1:${this.#port}` }, apps: { http: { servers: { theirs } } } }
    writeFileSync(join(this.#folder, 'caddy.json'), JSON.stringify(config))
    await this.#run(['--config', join(this.#folder, 'caddy.json')])
  }

  async restart(): Promise<void> {
    await this.#kill()
    await this.#run(['--resume'])
  }

  async close(): Promise<void> {
    await this.#kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #run(args: string[]): Promise<void> {
    const env = {
      PATH: process.env.PATH,
      HOME: this.#folder,
      XDG_CONFIG_HOME: this.#folder,
      XDG_DATA_HOME: this.#folder,
    }
    const child = spawn(this.#program, ['run', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = child
    child.stderr.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-20_000)))
    const deadline = Date.now() + 20_000
    for (;;) {
      const answer = await fetch(`${this.address}/config/`).catch(() => null)
      if (answer?.ok) return
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Caddy did not start: ${this.output}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  async #kill(): Promise<void> {
    const child = this.#process
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}
