import { mkdir, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { arch, cpus, hostname, release, tmpdir, totalmem, version } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Capability, type EngineInfo, Failure, notFound, type Sample } from '@wheelhouse/contract'
import {
  type Connection,
  type FoundResource,
  type Inspection,
  type ObservedService,
  type Observer,
  ownLabels,
  type RemoveOptions,
  type WorkloadSpec,
} from '@wheelhouse/driver'
import { checkSpec } from '../check-spec.ts'
import { ask, must, type Run } from '../runner.ts'
import { occurrences } from '../occurrences.ts'
import {
  type Argv,
  environmentRegistryFile,
  importCommand,
  installCommands,
  listCommand,
  type NssmRecord,
  readList,
  removeCommand,
  startCommand,
  stateOf,
  statusCommand,
  stopCommand,
} from './commands.ts'

const capabilities: readonly Capability[] = ['start', 'stop', 'restart', 'remove', 'create']
/** Windows tells of services to those who ask. */
const lookMs = 5_000

const missing = (what: string): Promise<never> =>
  Promise.reject(new Failure('CAPABILITY_MISSING', `Services of Windows cannot ${what} here.`))

function observed(record: NssmRecord, status: string, before: ObservedService | null): ObservedService {
  const now = new Date().toISOString()
  const state = stateOf(status)
  const same = before?.state === state
  return {
    nativeId: record.name,
    name: record.name,
    kind: 'process',
    stack: record.stack || null,
    stackService: record.service || null,
    state,
    nativeState: status.trim(),
    reason: state === 'failed' ? 'Its program ended; NSSM waits before it starts it again' : null,
    health: 'none',
    image: null,
    command: record.argv.join(' '),
    ports: record.ports.map((port) => ({ host: null, hostPort: port, port, protocol: 'tcp' })),
    labels: {
      ...record.labels,
      [ownLabels.stack]: record.stack,
      [ownLabels.service]: record.service,
      [ownLabels.digest]: record.digest,
      [ownLabels.checks]: JSON.stringify(record.checks),
    },
    restarts: 0,
    exitCode: null,
    pid: null,
    tty: false,
    checks: record.checks,
    createdAt: record.createdAt,
    startedAt: state === 'running' ? (same ? (before?.startedAt ?? now) : now) : null,
    changedAt: same ? (before?.changedAt ?? now) : now,
  }
}

/** The services of Windows that we installed through NSSM. Their output goes to files in the log folder. */
export class NssmConnection implements Connection {
  readonly capabilities: ReadonlySet<Capability> = new Set(capabilities)
  readonly #run: Run
  readonly #logFolder: string
  readonly #closed = new AbortController()
  readonly #rows = new Map<string, ObservedService>()
  readonly #looks = new Set<() => Promise<void>>()

  constructor(run: Run, logFolder: string) {
    this.#run = run
    this.#logFolder = logFolder
  }

  info(): Promise<EngineInfo> {
    return Promise.resolve({
      hostname: hostname(),
      os: version(),
      arch: arch(),
      version: release(),
      apiVersion: null,
      cpus: Math.max(1, cpus().length),
      memoryBytes: totalmem(),
    })
  }

  async #records(): Promise<Map<string, NssmRecord>> {
    // Exit code 1: nothing was found.
    return readList((await ask(this.#run, listCommand)).stdout)
  }
  async #record(name: string): Promise<NssmRecord> {
    const record = (await this.#records()).get(name)
    if (!record) throw notFound('service', name)
    return record
  }
  #must(argv: Argv): Promise<string> {
    return must(this.#run, argv)
  }
  async #status(name: string): Promise<string> {
    // It prints UTF-16 where its output is no console.
    return (await ask(this.#run, statusCommand(name))).stdout.replaceAll('\0', '')
  }

  async #look(): Promise<ObservedService[]> {
    const rows: ObservedService[] = []
    for (const record of (await this.#records()).values())
      rows.push(observed(record, await this.#status(record.name), this.#rows.get(record.name) ?? null))
    return rows
  }

  async watch(observer: Observer, signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.#closed.signal])
    let heard = false
    const look = async (): Promise<void> => {
      try {
        const rows = await this.#look()
        if (over.aborted) return
        if (!heard) {
          observer.connected(await this.info())
          observer.snapshot(rows)
        }
        for (const row of heard ? rows : []) {
          const before = this.#rows.get(row.name) ?? null
          if (JSON.stringify(before) === JSON.stringify(row)) continue
          observer.changed(row)
          for (const occurrence of occurrences(before, row)) observer.occurred(occurrence)
        }
        const names = new Set(rows.map(({ name }) => name))
        for (const name of [...this.#rows.keys()].filter((each) => !names.has(each))) {
          this.#rows.delete(name)
          observer.gone(name)
        }
        for (const row of rows) this.#rows.set(row.name, row)
        heard = true
      } catch (error) {
        heard = false
        const why = error instanceof Error ? error.message : String(error)
        if (!over.aborted) observer.lost(`The services of Windows cannot be read: ${why}. It is tried again.`)
      }
    }
    this.#looks.add(look)
    while (!over.aborted) {
      await look()
      await sleep(lookMs, undefined, { signal: over }).catch(() => undefined)
    }
    this.#looks.delete(look)
  }

  async #acted(): Promise<void> {
    for (const look of this.#looks) await look()
  }
  async #rests(name: string): Promise<boolean> {
    return stateOf(await this.#status(name)) === 'stopped'
  }

  async start(nativeId: string): Promise<void> {
    await this.#record(nativeId)
    if (!(await this.#rests(nativeId))) throw new Failure('STATE_CONFLICT', `${nativeId} runs already.`)
    await this.#must(startCommand(nativeId))
    await this.#acted()
  }
  async stop(nativeId: string): Promise<void> {
    await this.#record(nativeId)
    if (await this.#rests(nativeId)) throw new Failure('STATE_CONFLICT', `${nativeId} does not run.`)
    await this.#must(stopCommand(nativeId))
    await this.#acted()
  }
  async restart(nativeId: string): Promise<void> {
    await this.#record(nativeId)
    if (!(await this.#rests(nativeId))) await this.#must(stopCommand(nativeId))
    await this.#must(startCommand(nativeId))
    await this.#acted()
  }
  async remove(nativeId: string, options: RemoveOptions): Promise<void> {
    await this.#record(nativeId)
    if (!(await this.#rests(nativeId))) {
      if (!options.force) throw new Failure('STATE_CONFLICT', `${nativeId} runs. Stop it first.`)
      await this.#must(stopCommand(nativeId))
    }
    await this.#must(removeCommand(nativeId))
    await this.#acted()
  }

  async create(given: WorkloadSpec): Promise<string> {
    const { environment, ...rest } = checkSpec(given)
    const { name } = rest
    if ((await ask(this.#run, statusCommand(name))).exitCode === 0)
      throw new Failure('CONFLICT', `There is a service "${name}" already. Choose another name.`, { field: 'name' })
    const file = join(tmpdir(), `wheelhouse-${randomUUID()}.reg`)
    let installed = false
    try {
      await mkdir(this.#logFolder, { recursive: true })
      for (const argv of installCommands({ ...rest, createdAt: new Date().toISOString() }, this.#logFolder)) {
        await this.#must(argv)
        installed = true
      }
      // By a file: the words of a command can be read by everyone on the machine.
      await writeFile(file, `\ufeff${environmentRegistryFile(name, environment)}`, { encoding: 'utf16le', mode: 0o600 })
      await this.#must(importCommand(file))
      await this.#must(startCommand(name))
    } catch (error) {
      // What could not be started leaves nothing behind.
      if (installed) await ask(this.#run, removeCommand(name)).catch(() => undefined)
      throw error
    } finally {
      await rm(file, { force: true })
    }
    await this.#acted()
    return name
  }

  async inspect(nativeId: string): Promise<Inspection> {
    const record = await this.#record(nativeId)
    const native = { spec: record, status: (await this.#status(nativeId)).trim() }
    return { native, environment: {}, directory: record.directory, powers: ['runs on the machine itself'] }
  }
  sample(): Promise<ReadonlyMap<string, Sample>> {
    return Promise.resolve(new Map())
  }
  // oxlint-disable-next-line require-yield -- it is a stream by the port, and has nothing to say
  async *logs(nativeId: string): AsyncGenerator<never> {
    await this.#record(nativeId)
    await missing(`show their output; it lies in ${this.#logFolder}`)
  }
  // oxlint-disable-next-line require-yield -- as above
  async *stats(nativeId: string): AsyncGenerator<never> {
    await this.#record(nativeId)
    await missing('be measured')
  }
  pause = (): Promise<never> => missing('be paused')
  resume = (): Promise<never> => missing('be paused')
  kill = (): Promise<never> => missing('be sent a signal')
  rename = (): Promise<never> => missing('be renamed')
  exec = (): Promise<never> => missing('run commands inside')
  resources = (): Promise<readonly FoundResource[]> => Promise.resolve([])
  ensureResource = (): Promise<never> => missing('have networks or volumes')
  removeResource = (): Promise<never> => missing('have networks or volumes')

  close(): Promise<void> {
    this.#closed.abort()
    return Promise.resolve()
  }
}
