import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Client, createClient, tableOf } from '@wheelhouse/client'
import { contract } from '@wheelhouse/contract'
import { commandMs } from './command.ts'

export const root = resolve(import.meta.dirname, '../..')
export const account = { username: 'bench', password: 'correct-horse-battery' }

/** A control plane started as `npm start` starts it, in a process of its own. */
export interface RunningHouse {
  readonly url: string
  readonly pid: number
  readonly token: string
  readonly admin: Client
  /** Opens a target and waits until it is heard; answers its id. */
  addEngine(address: string): Promise<string>
  /** Resident memory in MB. */
  memory(): number
  close(): Promise<void>
}

/** The sources as they are, or the bundle that `npm run build` makes. */
export type Script = 'start' | 'start:built'

export interface Started {
  readonly url: string
  readonly pid: number
  /** From the start of the process to the line that says where it listens. */
  readonly readyMs: number
  close(): Promise<void>
}

const limits = {
  WHEELHOUSE_SIGN_INS_PER_MINUTE: '100000',
  WHEELHOUSE_REQUESTS_PER_MINUTE: '10000000',
  WHEELHOUSE_SOCKETS_PER_USER: '1000',
  WHEELHOUSE_STREAMS_PER_SERVICE: '1000',
  WHEELHOUSE_DISCOVER_DOCKER: 'false',
  WHEELHOUSE_LOG_LEVEL: 'error',
}

/** Starts the process and waits for its address. */
export async function startProcess(
  data: string,
  script: Script = 'start',
  more: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const since = performance.now()
  const env = {
    ...process.env,
    ...limits,
    ...more,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
    WHEELHOUSE_ADMIN_USERNAME: account.username,
    WHEELHOUSE_ADMIN_PASSWORD: account.password,
  }
  const child = spawn('sh', ['-c', `${textOf(script)} "$@"`, 'start', '--port', '0', '--data', data], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  let said = ''
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = / is at (\S+)/.exec(said)?.[1]
      if (found) done(found)
    })
    child.once('exit', (code) => fail(new Error(`The server ended with code ${code} before it listened: ${said}`)))
  })
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: performance.now() - since,
    async close() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** As `npm run` reads it: the flags measured are those people get. It replaces its shell, so the pid is the server's. */
function textOf(script: Script): string {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<Script, string>
  }
  return scripts[script]
}

/** Brings `server/dist` to what the sources say. */
export async function buildServer(): Promise<void> {
  await commandMs([join(root, 'tools/build.ts'), 'server'], 1)
}

export async function openHouse(
  script: Script = 'start',
  more: Readonly<Record<string, string>> = {},
): Promise<RunningHouse> {
  const data = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  const started = await startProcess(data, script, more)
  const { url, pid } = started
  const client = (token: string | null): Client =>
    createClient({ origin: url, table: tableOf(contract), token: () => token })
  const { accessToken: token } = await client(null).auth.login(account)
  const admin = client(token)
  return {
    url,
    pid,
    token,
    admin,
    async addEngine(address) {
      const { id } = await admin.targets.register({ name: 'bench-engine', address })
      while ((await admin.targets.get({ id })).state !== 'connected') await pause(50)
      return id
    },
    memory: () => residentMb(pid),
    async close() {
      await started.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Resident memory of a process in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (Number(kib) * 1024) / 1e6
}
