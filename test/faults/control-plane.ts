import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Client, createClient, tableOf } from '@wheelhouse/client'
import { contract } from '@wheelhouse/contract'
import { end, startedAt } from '../lab/daemon.ts'

export const root = resolve(import.meta.dirname, '../..')
export const adminPassword = 'correct-horse-battery'
// As `npm start` has it: a start is what these suites do most.
const cache = join(root, 'node_modules/.cache/node')
const usual = {
  NODE_COMPILE_CACHE: cache,
  NODE_NO_WARNINGS: '1',
  WHEELHOUSE_DISCOVER_DOCKER: 'false',
  WHEELHOUSE_SETTLE_MS: '500', // hundreds of runs wait for it
  WHEELHOUSE_LOG_HISTORY: 'false', // suites of it turn it on
  WHEELHOUSE_METRICS_HISTORY: 'false', // suites of it turn it on
}
const asAdmin = { WHEELHOUSE_ADMIN_USERNAME: 'admin', WHEELHOUSE_ADMIN_PASSWORD: adminPassword }

export interface Options {
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** A free one unless told. */
  readonly port?: number
  /** Whose sources to run; this checkout's unless told. */
  readonly root?: string
}

/** The control plane as people start it: a process of its own, with what it printed. */
export class ControlPlane {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly ended: Promise<number | null>

  constructor(data: string, { args = [], env = {}, port = 0, root: from = root }: Options = {}) {
    const flags = ['--port', String(port), '--data', data, ...args]
    const given = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WHEELHOUSE_')))
    this.child = spawn(process.execPath, [join(from, 'server/src/main.ts'), ...flags], {
      env: { ...given, ...usual, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.ended = once(this.child, 'close').then(([code]) => code as number | null)
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Where it serves. Throws with what it said when it ends before. */
  async url(): Promise<string> {
    const found = await this.printed(/ is at (http:\S+)/)
    return found[1] ?? ''
  }

  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout)
      if (found) return found
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        await this.ended
        throw new Error(`it ended: ${this.stderr}`)
      }
      await new Promise((again) => setTimeout(again, 10))
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.ended
  }
}

/** Data folders, control planes and services of one suite; `sweep` leaves nothing of them behind. */
export class Yard {
  readonly #folders: string[] = []
  readonly #planes: ControlPlane[] = []

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-fault-'))
    this.#folders.push(folder)
    return folder
  }

  start(data: string, options?: Options): ControlPlane {
    const plane = new ControlPlane(data, options)
    this.#planes.push(plane)
    return plane
  }

  /** Started with an administrator, who is signed in. */
  async admin(data: string, options: Options = {}): Promise<{ plane: ControlPlane; url: string; admin: Client }> {
    const plane = this.start(data, { ...options, env: { ...asAdmin, ...options.env } })
    const url = await plane.url()
    return { plane, url, admin: await signIn(url) }
  }

  /** Ends what is still running; its services go with `sweep`. */
  async stop(): Promise<void> {
    for (const plane of this.#planes.splice(0)) if (plane.child.exitCode === null) await plane.stop('SIGKILL')
  }

  /** To be called before a disk in one of the folders is taken away: afterwards what runs there is not found. */
  async endServices(): Promise<void> {
    await this.stop()
    for (const folder of this.#folders)
      for (const pid of processesOf(folder)) await end({ pid, started: startedAt(pid) ?? '' }, 'SIGKILL')
  }

  async sweep(): Promise<void> {
    await this.endServices()
    for (const folder of this.#folders.splice(0)) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

export const clientOf = (url: string, token: string | null = null): Client =>
  createClient({ origin: url, table: tableOf(contract), token: () => token })

export async function signIn(url: string, username = 'admin', password = adminPassword): Promise<Client> {
  const { accessToken } = await clientOf(url).auth.login({ username, password })
  return clientOf(url, accessToken)
}

/** Asks again until the answer is other than null. Throws after `timeoutMs`. For hooks, where `expect.poll` may not be. */
export async function until<T>(ask: () => Promise<T | null> | T | null, timeoutMs = 90_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() > deadline) throw new Error('It did not come to that in time')
    await new Promise((again) => setTimeout(again, 50))
  }
}

/** Applies a stack file and waits for the job to end well. */
export async function applied(admin: Client, source: string): Promise<void> {
  const { id } = await admin.stacks.apply({ source })
  const job = await until(async () => {
    const now = await admin.jobs.get({ id })
    return now.finishedAt === null ? null : now
  })
  if (job.state !== 'succeeded') throw new Error(`${job.title}: ${job.error?.message ?? job.state}`)
}

/** Every living process whose command line or working folder lies in the data folder: services and what stands before them. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 1) || pid === process.pid) return false
      try {
        // A service may name no folder, and outlive the shell before it that does.
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ||
          readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)
        )
      } catch {
        return false
      }
    })
}

/** A stack of plain processes that sleep; each name is a service. */
export const sleepers = (stack: string, names: readonly string[], more = ''): string =>
  `name: ${stack}\nservices:\n${names.map((name) => `  ${name}:\n    command: [sleep, '3600']\n    directory: /\n${more}`).join('')}`
