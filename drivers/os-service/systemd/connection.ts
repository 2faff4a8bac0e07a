import { setTimeout as sleep } from 'node:timers/promises'
import { type Capability, type EngineInfo, Failure, type LogLine, type Sample } from '@wheelhouse/contract'
import type {
  Connection,
  FoundResource,
  Inspection,
  LogQuery,
  Observer,
  RemoveOptions,
  StopOptions,
  WorkloadSpec,
} from '@wheelhouse/driver'
import { checkSpec, signalName } from '../check-spec.ts'
import type { Stream } from '../runner.ts'
import { readJournal } from './journal.ts'
import { machineInfo } from './machine.ts'
import { UnitMeter } from './meter.ts'
import { type AskedEnd, exitCodeOf, stateOf } from './observed.ts'
import type { UnitRecord } from './unit-file.ts'
import type { Units } from './units.ts'
import { Watch } from './watch.ts'

const capabilities: readonly Capability[] = ['start', 'stop', 'restart', 'kill', 'remove', 'logs', 'stats', 'create']
/** Between the two readings that make the first rate. */
const firstStepMs = 500

const missing = (what: string): Failure => new Failure('CAPABILITY_MISSING', `A service manager cannot ${what}.`)
const conflict = (message: string): Failure => new Failure('STATE_CONFLICT', message)

/** The services of systemd whose unit files we wrote. */
export class SystemdConnection implements Connection {
  readonly capabilities: ReadonlySet<Capability> = new Set(capabilities)
  readonly #units: Units
  readonly #stream: Stream
  readonly #closed = new AbortController()
  readonly #watches = new Set<Watch>()
  readonly #asked = new Map<string, AskedEnd>()
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #meters = new Map<string, { readonly run: string; readonly meter: UnitMeter }>()

  constructor(units: Units, stream: Stream) {
    this.#units = units
    this.#stream = stream
  }

  info(): Promise<EngineInfo> {
    return machineInfo(this.#units.run)
  }

  async watch(observer: Observer, signal: AbortSignal): Promise<void> {
    const watch = new Watch({ units: this.#units, stream: this.#stream, asked: this.#asked }, observer)
    this.#watches.add(watch)
    await watch.run(AbortSignal.any([signal, this.#closed.signal]))
    this.#watches.delete(watch)
  }

  /** Acts on one service run one after another, and end when every watch has told of them. */
  #act<T>(name: string, act: () => Promise<T>): Promise<T> {
    if (this.#closed.signal.aborted)
      return Promise.reject(new Failure('TARGET_UNREACHABLE', 'The connection to the service manager is closed.'))
    const before = this.#turns.get(name) ?? Promise.resolve()
    const inTurn = async (): Promise<T> => {
      await before.catch(() => undefined)
      try {
        return await act()
      } finally {
        await Promise.all([...this.#watches].map((watch) => watch.refresh([name])))
      }
    }
    const turn = inTurn()
    this.#turns.set(name, turn)
    const forget = (): void => void (this.#turns.get(name) === turn && this.#turns.delete(name))
    turn.then(forget, forget)
    return turn
  }

  /** `waits`: it has ended, and systemd is about to start it again. */
  async #now(name: string): Promise<'runs' | 'waits' | 'rests'> {
    const properties = await this.#units.showOne(name)
    if (['running', 'starting'].includes(stateOf(properties))) return 'runs'
    return properties.ActiveState === 'activating' ? 'waits' : 'rests'
  }

  /** Ends it for good, and remembers how: systemd forgets the exit code with the failure. */
  async #end(record: UnitRecord, end: () => Promise<void>): Promise<void> {
    const { name } = record
    const asked: AskedEnd = { exitCode: null }
    this.#asked.set(name, asked)
    await end()
    const properties = await this.#units.showOne(name)
    asked.exitCode = exitCodeOf(properties) ?? asked.exitCode
    if (properties.ActiveState === 'failed') await this.#units.ask(['reset-failed', `${name}.service`])
  }
  #stopped(record: UnitRecord, options: StopOptions): Promise<void> {
    return this.#end(record, () => this.#units.stop(record.name, options.timeoutMs ?? record.stop.timeoutMs))
  }
  async #started(record: UnitRecord): Promise<void> {
    this.#asked.delete(record.name)
    await this.#units.start(record.name, record.restart.policy !== 'no')
  }

  start(nativeId: string): Promise<void> {
    return this.#act(nativeId, async () => {
      const record = await this.#units.record(nativeId)
      if ((await this.#now(nativeId)) === 'runs') throw conflict(`${nativeId} runs already.`)
      await this.#started(record)
    })
  }
  stop(nativeId: string, options: StopOptions): Promise<void> {
    return this.#act(nativeId, async () => {
      const record = await this.#units.record(nativeId)
      if ((await this.#now(nativeId)) === 'rests') throw conflict(`${nativeId} does not run.`)
      await this.#stopped(record, options)
    })
  }
  restart(nativeId: string, options: StopOptions): Promise<void> {
    return this.#act(nativeId, async () => {
      const record = await this.#units.record(nativeId)
      if ((await this.#now(nativeId)) !== 'rests') await this.#stopped(record, options)
      await this.#started(record)
    })
  }
  pause(): Promise<never> {
    return Promise.reject(missing('pause a service'))
  }
  resume(): Promise<never> {
    return Promise.reject(missing('pause a service'))
  }
  kill(nativeId: string, signal: string): Promise<void> {
    return this.#act(nativeId, async () => {
      const record = await this.#units.record(nativeId)
      const name = signalName(signal)
      if ((await this.#now(nativeId)) !== 'runs') throw conflict(`${nativeId} does not run.`)
      const send = async (): Promise<void> => {
        await this.#units.systemctl('kill', `--signal=${name}`, `${nativeId}.service`)
      }
      if (name !== 'SIGKILL') return send()
      // What is killed by a person is not to be started again.
      await this.#end(record, async () => {
        await send()
        await this.#units.stop(nativeId, record.stop.timeoutMs)
      })
    })
  }
  async rename(nativeId: string): Promise<never> {
    await this.#units.record(nativeId)
    throw missing('rename a service: the name is its identity. Create it under the new name')
  }
  remove(nativeId: string, options: RemoveOptions): Promise<void> {
    return this.#act(nativeId, async () => {
      const record = await this.#units.record(nativeId)
      const now = await this.#now(nativeId)
      if (now !== 'rests') {
        if (!options.force && now === 'runs') throw conflict(`${nativeId} runs. Stop it first.`)
        await this.#stopped(record, {})
      }
      await this.#units.erase(nativeId)
      this.#asked.delete(nativeId)
      this.#meters.delete(nativeId)
    })
  }

  async inspect(nativeId: string): Promise<Inspection> {
    const record = await this.#units.record(nativeId)
    const properties = await this.#units.showOne(nativeId)
    return {
      native: { spec: record, unit: { ...properties }, file: this.#units.file(nativeId) },
      environment: await this.#units.environment(nativeId),
      directory: record.directory,
      powers: ['runs on the machine itself'],
    }
  }

  async *logs(nativeId: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    const { createdAt } = await this.#units.record(nativeId)
    const parts = { run: this.#units.run, stream: this.#stream, user: this.#units.user }
    yield* readJournal(parts, nativeId, createdAt, query, AbortSignal.any([signal, this.#closed.signal]))
  }

  async *stats(nativeId: string, signal: AbortSignal): AsyncGenerator<Sample> {
    await this.#units.record(nativeId)
    const over = AbortSignal.any([signal, this.#closed.signal])
    const meter = new UnitMeter(this.#units)
    let run: string | undefined
    for (let step = 0; !over.aborted; step = run === undefined ? firstStepMs : 1000) {
      await sleep(step, undefined, { signal: over }).catch(() => undefined)
      const properties = await this.#units.showOne(nativeId)
      if (over.aborted || stateOf(properties) !== 'running') return
      if (run !== undefined && run !== properties.MainPID) return
      const sample = await meter.sample(properties)
      if (run !== undefined) yield sample
      run = properties.MainPID
    }
  }

  async sample(nativeIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Sample>> {
    const samples = new Map<string, Sample>()
    const records = await this.#units.records()
    const names = nativeIds.filter((id) => records.has(id))
    for (const [name, properties] of await this.#units.show(names)) {
      if (signal.aborted) break
      const run = properties.MainPID ?? '0'
      if (stateOf(properties) !== 'running' || run === '0') {
        this.#meters.delete(name)
        continue
      }
      const kept = this.#meters.get(name)
      const meter = kept?.run === run ? kept.meter : new UnitMeter(this.#units)
      this.#meters.set(name, { run, meter })
      samples.set(name, await meter.sample(properties))
    }
    return samples
  }

  async exec(nativeId: string): Promise<never> {
    await this.#units.record(nativeId)
    throw missing('open a terminal in a service: it has no inside of its own')
  }

  create(spec: WorkloadSpec): Promise<string> {
    const checked = checkSpec(spec)
    const { environment, ...rest } = checked
    const record: UnitRecord = { ...rest, createdAt: new Date().toISOString() }
    return this.#act(checked.name, async () => {
      await this.#units.requireFree(checked.name)
      try {
        await this.#units.write(record, environment)
        await this.#started(record)
      } catch (error) {
        // What could not be started leaves nothing behind.
        await this.#units.erase(checked.name).catch(() => undefined)
        throw error
      }
      return checked.name
    })
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

  close(): Promise<void> {
    this.#closed.abort()
    return Promise.resolve()
  }
}
