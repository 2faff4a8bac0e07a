import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Capability, type EngineInfo, Failure, type LogLine, type Sample } from '@wheelhouse/contract'
import type {
  Inspection,
  Connection,
  FoundResource,
  LogQuery,
  Observer,
  RemoveOptions,
  StopOptions,
  WorkloadSpec,
} from '@wheelhouse/driver'
import { hostInfo } from './host.ts'
import { readLog } from './log/log-reader.ts'
import { Meter } from './meter.ts'
import type { Supervisor } from './supervisor.ts'
import { checkSpec } from './check-spec.ts'

const capabilities: readonly Capability[] = [
  'start',
  'stop',
  'restart',
  'pause',
  'kill',
  'remove',
  'rename',
  'logs',
  'stats',
  'create',
]
/** Between the two readings that make the first rate. */
const firstStepMs = 500

/** Opens the supervisor it shares on first use; `release` lets it go. */
export class ProcessConnection implements Connection {
  readonly capabilities: ReadonlySet<Capability> = new Set(capabilities)
  readonly #supervisor: () => Promise<Supervisor>
  readonly #release: () => Promise<void>
  readonly #closed = new AbortController()
  readonly #meters = new Map<string, Meter>()

  constructor(supervisor: () => Promise<Supervisor>, release: () => Promise<void>) {
    this.#supervisor = supervisor
    this.#release = release
  }

  async #open(): Promise<Supervisor> {
    if (this.#closed.signal.aborted)
      throw new Failure('TARGET_UNREACHABLE', 'The connection to this machine is closed.')
    try {
      return await this.#supervisor()
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure('TARGET_UNREACHABLE', unreadable(error), {}, { cause: error })
    }
  }

  async #get(nativeId: string) {
    return (await this.#open()).get(nativeId)
  }

  info(): Promise<EngineInfo> {
    return Promise.resolve(hostInfo())
  }

  async watch(observer: Observer, signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.#closed.signal])
    while (!over.aborted) {
      try {
        const supervisor = await this.#open()
        if (over.aborted) return
        supervisor.observe(observer)
        // An observer may abort while it is told of the snapshot.
        if (!over.aborted) await once(over, 'abort')
        supervisor.ignore(observer)
      } catch (error) {
        if (over.aborted) return
        observer.lost(error instanceof Failure ? error.message : unreadable(error))
        await sleep(5000, undefined, { signal: over }).catch(() => undefined)
      }
    }
  }

  async start(nativeId: string): Promise<void> {
    await (await this.#get(nativeId)).start()
  }
  async stop(nativeId: string, options: StopOptions): Promise<void> {
    const service = await this.#get(nativeId)
    await service.stop(options.timeoutMs ?? service.spec.stop.timeoutMs)
  }
  async restart(nativeId: string, options: StopOptions): Promise<void> {
    const service = await this.#get(nativeId)
    await service.restart(options.timeoutMs ?? service.spec.stop.timeoutMs)
  }
  async pause(nativeId: string): Promise<void> {
    await (await this.#get(nativeId)).pause()
  }
  async resume(nativeId: string): Promise<void> {
    await (await this.#get(nativeId)).resume()
  }
  async kill(nativeId: string, signal: string): Promise<void> {
    await (await this.#get(nativeId)).kill(signal)
  }
  async rename(nativeId: string, name: string): Promise<void> {
    await (await this.#open()).rename(nativeId, name)
  }
  async remove(nativeId: string, options: RemoveOptions): Promise<void> {
    await (await this.#open()).remove(nativeId, options.force)
    this.#meters.delete(nativeId)
  }

  async inspect(nativeId: string): Promise<Inspection> {
    const { spec, record, folder } = await this.#get(nativeId)
    const { environment, ...rest } = spec
    const native = { spec: rest, record: { ...record }, folder: folder.path }
    return {
      native,
      environment: { ...environment },
      directory: spec.directory,
      powers: ['runs on the machine itself'],
    }
  }

  async *logs(nativeId: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    const service = await this.#get(nativeId)
    await service.raw.flush()
    yield* readLog(service.files, query, AbortSignal.any([signal, this.#closed.signal]))
  }

  async *stats(nativeId: string, signal: AbortSignal): AsyncGenerator<Sample> {
    const service = await this.#get(nativeId)
    const over = AbortSignal.any([signal, this.#closed.signal])
    const { run } = service
    if (run === null) return
    const meter = new Meter(run)
    await meter.read()
    for (let step = firstStepMs; !over.aborted; step = 1000) {
      await sleep(step, undefined, { signal: over }).catch(() => undefined)
      if (over.aborted || service.run?.token !== run.token) return
      const sample = await meter.read()
      if (sample === null) return
      yield sample
    }
  }

  async sample(nativeIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Sample>> {
    const supervisor = await this.#open()
    const meters = new Map<string, Meter>()
    for (const id of nativeIds) {
      const run = supervisor.has(id) ? supervisor.get(id).run : null
      const known = this.#meters.get(id)
      if (run) meters.set(id, known?.run.token === run.token ? known : new Meter(run))
      if (run === null) this.#meters.delete(id)
    }
    const fresh = [...meters.values()].filter((meter) => !meter.measured)
    for (const meter of fresh) await meter.read()
    if (fresh.length > 0) await sleep(firstStepMs, undefined, { signal }).catch(() => undefined)
    const samples = new Map<string, Sample>()
    for (const [id, meter] of meters) {
      this.#meters.set(id, meter)
      const sample = await meter.read()
      if (sample) samples.set(id, sample)
    }
    return samples
  }

  async exec(nativeId: string): Promise<never> {
    await this.#get(nativeId)
    throw missing('open a terminal in a process: it has no inside of its own')
  }

  async create(spec: WorkloadSpec): Promise<string> {
    return (await this.#open()).create(checkSpec(spec))
  }

  resources(): Promise<readonly FoundResource[]> {
    return Promise.resolve([])
  }
  ensureResource(): Promise<never> {
    return Promise.reject(missing('have networks or volumes of its own'))
  }
  removeResource(): Promise<never> {
    return Promise.reject(missing('have networks or volumes of its own'))
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return
    this.#closed.abort()
    await this.#release()
  }
}

const missing = (what: string): Failure => new Failure('CAPABILITY_MISSING', `This machine cannot ${what}.`)

const unreadable = (error: unknown): string =>
  `The state folder cannot be used: ${error instanceof Error ? error.message : String(error)}. Check that it exists and is writable.`
