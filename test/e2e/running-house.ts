import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Client, createClient, tableOf } from '@wheelhouse/client'
import { contract } from '@wheelhouse/contract'
import { vi } from 'vitest'
import { freePort } from '../fixtures/free-port.ts'

const root = resolve(import.meta.dirname, '../..')
export const password = 'correct-horse-battery'

export interface RunningHouse {
  readonly url: string
  readonly admin: Client
  readonly helloPorts: { readonly web: number; readonly api: number }
  /** Absolute: its data folder, and what it wrote to standard output and error. */
  readonly data: string
  log(): Promise<string>
  /** The control plane's own process. */
  readonly pid: number
  stop(): Promise<void>
}

/** The examples of the checkout, `hello` on ports that are free: a running example must not be in the way. */
async function examplesOn(folder: string, ports: { web: number; api: number }): Promise<string> {
  const examples = join(folder, 'examples')
  await cp(join(root, 'examples'), examples, { recursive: true })
  const file = join(examples, 'hello/wheelhouse.yaml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll('8801', String(ports.web)).replaceAll('8802', String(ports.api)))
  return examples
}

/** Starts the real server as a process of its own, as `npm start` does, with a data folder of its own. */
export async function startHouse(env: Record<string, string> = {}): Promise<RunningHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-e2e-'))
  const port = await freePort()
  const helloPorts = { web: await freePort(), api: await freePort() }
  const url = `http://127.0.0.1:${port}`
  const logFile = join(folder, 'server.log')
  const log = await open(logFile, 'a')
  const server: ChildProcess = spawn(
    process.execPath,
    ['server/src/main.ts', '--port', String(port), '--data', join(folder, 'data')],
    {
      cwd: root,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
        WHEELHOUSE_ADMIN_USERNAME: 'admin',
        WHEELHOUSE_ADMIN_PASSWORD: password,
        WHEELHOUSE_EXAMPLES: await examplesOn(folder, helloPorts),
        WHEELHOUSE_METRICS_INTERVAL_MS: '2000',
        WHEELHOUSE_SETTLE_MS: '500',
        ...env,
      },
    },
  )
  await log.close()
  await vi
    .waitFor(async () => (await fetch(`${url}/health`)).ok, { timeout: 60_000, interval: 100 })
    .catch(async () => {
      server.kill('SIGKILL')
      throw new Error(`The control plane did not start: ${await readFile(logFile, 'utf8')}`)
    })
  let token: string | null = null
  // A suite may take longer than a token lasts.
  const renew = (): Promise<boolean> =>
    signIn().then(
      () => true,
      () => false,
    )
  const admin = createClient({ origin: url, table: tableOf(contract), token: () => token, renew })
  const signIn = async (): Promise<void> => {
    token = (await createClient({ origin: url, table: tableOf(contract) }).auth.login({ username: 'admin', password }))
      .accessToken
  }
  await vi.waitFor(signIn, { timeout: 60_000, interval: 100 })
  return {
    url,
    admin,
    helloPorts,
    data: join(folder, 'data'),
    log: () => readFile(logFile, 'utf8'),
    pid: server.pid ?? 0,
    async stop() {
      const { items } = await admin.services.list({ target: 'local', limit: 1000 })
      for (const { id } of items) await admin.services.remove({ id })
      const ended = new Promise((done) => server.once('exit', done))
      server.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
