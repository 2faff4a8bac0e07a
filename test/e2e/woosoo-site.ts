import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inspect, parseEnv, promisify } from 'node:util'
import { where } from '../needs.ts'
import { freePort } from '../fixtures/free-port.ts'

const run = promisify(execFile)
const example = resolve(import.meta.dirname, '../../examples/woosoo')
/** What .gitignore of the example leaves out: the test begins from a clean checkout. */
const made =
  /\/(deployment\.config\.env|configs\/nginx\.conf|apps\/[^/]+\/\.env|backups|vendor|\.nuxt|\.output|node_modules)$/
const configFiles = ['apps/woosoo-nexus/.env', 'apps/tablet-ordering-pwa/.env', 'configs/nginx.conf']

/** A copy of the example on ports that are free, with a database of its own. */
export interface Woosoo {
  readonly folder: string
  readonly values: Readonly<Record<string, string>>
  /** Address that people use. */
  readonly url: string
  read(path: string): Promise<string>
  write(path: string, text: string): Promise<void>
  /** Changes a text in a file; fails when it is not there. */
  change(path: string, from: string, to: string): Promise<void>
  /** All config files that were made, as they are on the disk. */
  configs(): Promise<Record<string, string>>
  /** Every table with its shape and rows. */
  database(): Promise<string>
  remove(): Promise<void>
}

async function ask(program: string, words: readonly string[]): Promise<string> {
  const server = new URL(where('mariadb'))
  const to = ['--protocol=tcp', '-h', server.hostname, '-P', server.port, '-u', server.username]
  const { stdout } = await run(program, ['--no-defaults', ...to, ...words], {
    env: { ...process.env, MYSQL_PWD: decodeURIComponent(server.password) },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

export async function copyOfWoosoo(): Promise<Woosoo> {
  const top = await mkdtemp(join(tmpdir(), 'wheelhouse-woosoo-'))
  const folder = join(top, 'woosoo')
  await cp(example, folder, { recursive: true, filter: (path) => !made.test(path) })
  const change = async (path: string, from: string, to: string): Promise<void> => {
    const text = await readFile(join(folder, path), 'utf8')
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`)
    await writeFile(
      join(folder, path),
      text.replace(from, () => to),
    )
  }
  for (const port of ['8820', '8821', '8822', '8823', '8824'])
    await change('deployment.config.example.env', `=${port}`, `=${await freePort()}`)
  const database = `woosoo_${process.pid}`
  await run(process.execPath, [join(folder, 'prepare.mjs'), folder, database], {
    env: { ...process.env, WHEELHOUSE_TEST_MARIADB: where('mariadb') },
  })
  const values = parseEnv(await readFile(join(folder, 'deployment.config.env'), 'utf8')) as Record<string, string>
  return {
    folder,
    values,
    url: `http://${values.APP_IP}:${values.NGINX_PORT}`,
    read: (path) => readFile(join(folder, path), 'utf8'),
    write: (path, text) => writeFile(join(folder, path), text),
    change,
    configs: async () =>
      Object.fromEntries(
        await Promise.all(configFiles.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const)),
      ),
    database: () => ask('mariadb-dump', ['--skip-dump-date', '--skip-comments', '--order-by-primary', database]),
    async remove() {
      await ask('mariadb', ['-e', `DROP DATABASE \`${database}\`; DROP USER '${database}'@'%'`])
      await rm(top, { recursive: true, force: true })
    },
  }
}

/** Asks the site without a pause, as people do, and notes every answer that is not as it should be. */
export class SteadyClient {
  readonly failures: string[] = []
  readonly versions = new Set<string>()
  asked = 0
  readonly #url: string
  readonly #ended = new AbortController()
  readonly #working: Promise<unknown>

  constructor(url: string) {
    this.#url = url
    this.#working = Promise.all([this.#poll('/api/health'), this.#poll('/'), this.#poll('/relay/health')])
  }

  async #poll(path: string): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.asked++
      try {
        const response = await fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(10_000) })
        const text = await response.text()
        if (!response.ok) this.failures.push(`${path}: ${response.status} ${text.slice(0, 200)}`)
        if (path === '/api/health') this.versions.add((JSON.parse(text) as { version: string }).version)
      } catch (error) {
        this.failures.push(`${path}: ${inspect(error)}`)
      }
      await new Promise((done) => setTimeout(done, 25))
    }
  }

  async stop(): Promise<void> {
    this.#ended.abort()
    await this.#working
  }
}

/** Looks at the command lines of all programs of the machine, again and again, for texts that nobody may read there. */
export class CommandLines {
  readonly found = new Set<string>()
  looked = 0
  readonly #secrets: readonly string[]
  #timer: NodeJS.Timeout | undefined

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
    this.#timer = setInterval(() => void this.#look(), 100)
  }

  async #look(): Promise<void> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    for (const pid of pids) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (this.#secrets.some((secret) => line.includes(secret))) this.found.add(line.replaceAll('\0', ' '))
    }
    this.looked++
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
