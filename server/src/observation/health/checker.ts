import type { HealthCheckSpec, HealthState, NewEvent, Service } from '@wheelhouse/contract'
import { run } from '@wheelhouse/platform/exec'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../inventory/targets/index.ts'
import type { ProbeContext, RunCheckCommand } from '../../workloads/checks/index.ts'
import { runCommand } from '../../workloads/services/index.ts'
import { Heirs } from './heirs.ts'
import type { Recorder } from './history/recorder.ts'
import type { HealthStore } from './store.ts'
import { toldBefore, Turns } from './turns.ts'
import { Watch } from './watch.ts'

export interface CheckerParts {
  readonly registry: Registry
  readonly store: HealthStore
  readonly log: Log
  announce(event: NewEvent): unknown
  /** Takes a number of a service for whoever keeps numbers over time; it holds for `holdMs`, until the next is due. */
  record?(name: CheckMetric, serviceId: string, value: number, holdMs: number): void
}

/** What checks measure, by the names under which it is kept over time. */
export type CheckMetric = 'check.response-ms' | 'check.up' | 'queue.pending' | 'queue.failed'

const saveMs = 30_000
const key = (specs: readonly HealthCheckSpec[]): string => JSON.stringify(specs)
const runs = (service: Service | null): boolean =>
  service !== null && ['running', 'degraded', 'starting'].includes(service.state)

interface Watched {
  readonly watches: Watch[]
  readonly key: string
  /** Of the run that its checks speak of. */
  startedAt: string | null
  verdict: HealthState
  turns: Turns
}

/** The worst of a service's checks is its health. */
export function worstHealth(states: readonly HealthState[]): HealthState {
  for (const state of ['unhealthy', 'starting', 'healthy'] as const) if (states.includes(state)) return state
  return 'none'
}

/** Keeps a watch for every check of every service in the mirror, and announces when a verdict turns. */
export class Checker {
  readonly #parts: CheckerParts & { readonly recorder: Recorder }
  readonly #watched = new Map<string, Watched>()
  readonly #dirty = new Set<Watch>()
  readonly #heirs = new Heirs((serviceId) => this.#erase(serviceId))
  #set = new Map<string, HealthCheckSpec[]>()
  #leave: () => void = () => undefined
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(parts: CheckerParts & { readonly recorder: Recorder }) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    this.#set = await this.#parts.store.specs()
    for (const service of this.#parts.registry.services()) void this.#follow(service)
    this.#leave = this.#parts.registry.onChange((change) => {
      if (change.kind === 'service') void this.#follow(change.service)
      if (change.kind === 'service-removed')
        this.#forget(
          change.id,
          `${change.targetId} ${change.name}`,
          this.#parts.registry.stored(change.targetId) !== null,
        )
    })
    this.#timer = setInterval(() => void this.#save(), saveMs)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    this.#leave()
    clearInterval(this.#timer)
    this.#heirs.close()
    for (const { watches } of this.#watched.values()) for (const watch of watches) watch.close()
    await this.#save()
  }

  watches(serviceId: string): readonly Watch[] {
    return this.#watched.get(serviceId)?.watches ?? []
  }
  all(): readonly { readonly serviceId: string; readonly state: HealthState; readonly watches: readonly Watch[] }[] {
    return [...this.#watched].map(([serviceId, { verdict, watches }]) => ({ serviceId, state: verdict, watches }))
  }

  /** What is wrong by the checks of a service: the worst of them and what it said. */
  why(serviceId: string): string | null {
    const failing = this.watches(serviceId).find((watch) => watch.state === 'unhealthy')
    return failing?.last ? `${failing.parts.spec.name}: ${failing.last.message}` : null
  }

  async set(serviceId: string, specs: HealthCheckSpec[]): Promise<void> {
    await this.#parts.store.saveSpecs(serviceId, specs)
    this.#set.set(serviceId, specs)
    const service = this.#parts.registry.service(serviceId)
    if (service) await this.#follow(service)
  }

  async #follow(service: Service): Promise<void> {
    this.#inherit(service)
    const set = this.#set.get(service.id) ?? []
    const wanted = key([...service.checks, ...set])
    const watched = this.#watched.get(service.id)
    if (watched?.key === wanted) return this.#begunAnew(service, watched)
    if (!watched && wanted === '[]') return
    for (const watch of watched?.watches ?? []) watch.close()
    if (wanted === '[]') {
      this.#watched.delete(service.id)
      this.#parts.recorder.keepChecks(service.id, new Set())
      this.#verdict(service.id, 'none', null)
      return
    }
    const entry: Watched = {
      watches: [],
      key: wanted,
      startedAt: service.startedAt,
      verdict: 'starting',
      turns: watched?.turns ?? new Turns(null),
    }
    this.#watched.set(service.id, entry)
    const past = await this.#parts.store.results(service.id).catch(() => new Map<string, never[]>())
    if (this.#watched.get(service.id) !== entry) return
    if (!watched) {
      const specs = [...service.checks, ...set]
      entry.turns = new Turns(toldBefore(specs.map((spec) => ({ spec, results: past.get(spec.name) ?? [] }))))
    }
    const open = (spec: HealthCheckSpec, origin: 'stack' | 'set'): Watch =>
      new Watch({
        serviceId: service.id,
        spec,
        origin,
        past: past.get(spec.name) ?? [],
        startedAt: () => {
          const now = this.#parts.registry.service(service.id)
          return runs(now) ? (now?.startedAt ?? now?.createdAt ?? null) : null
        },
        context: this.#context(service.id),
        checked: (watch, turned) => {
          this.#dirty.add(watch)
          this.#keep(service.id, watch)
          if (turned) this.#turned(service.id, watch)
        },
      })
    const names = new Set([...service.checks, ...set].map((spec) => spec.name))
    this.#parts.recorder.keepChecks(service.id, names)
    entry.watches.push(...service.checks.map((spec) => open(spec, 'stack')), ...set.map((spec) => open(spec, 'set')))
    this.#verdict(service.id, 'starting', null)
  }

  /** One answer into the history, and what the checks of the service measure together to who keeps numbers. */
  #keep(serviceId: string, { parts, state, last }: Watch): void {
    const { recorder, record } = this.#parts
    const standing = state === 'healthy' ? 'up' : state === 'unhealthy' ? 'down' : 'unknown'
    recorder.checked(serviceId, parts.spec.name, standing, last?.ok ? last.tookMs : null)
    const watches = this.watches(serviceId)
    if (!record || !last || watches.length === 0) return
    const holdMs = Math.max(...watches.map((watch) => watch.parts.spec.intervalMs + watch.parts.spec.timeoutMs))
    const verdict = worstHealth(watches.map((watch) => watch.state))
    if (verdict !== 'starting') record('check.up', serviceId, verdict === 'healthy' ? 1 : 0, holdMs)
    const slowest = Math.max(...watches.map((watch) => (watch.last?.ok ? watch.last.tookMs : -1)))
    if (slowest >= 0) record('check.response-ms', serviceId, slowest, holdMs)
    if (!last.queue) return
    const depths = watches.flatMap((watch) => watch.last?.queue ?? [])
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
    record('queue.pending', serviceId, sum(depths.map(({ pending }) => pending)), holdMs)
    const failed = depths.flatMap((depth) => depth.failed ?? [])
    if (failed.length > 0) record('queue.failed', serviceId, sum(failed), holdMs)
  }

  #begunAnew(service: Service, watched: Watched): void {
    if (watched.startedAt === service.startedAt) return
    watched.startedAt = service.startedAt
    for (const watch of watched.watches) watch.begin()
    if (runs(service)) this.#verdict(service.id, 'starting', null)
  }

  #context(serviceId: string): ProbeContext {
    return {
      run: this.#runner(serviceId),
      secret: async (name) => {
        const { connection, nativeId } = this.#parts.registry.reach(serviceId)
        const { environment } = await connection.inspect(nativeId)
        return Object.hasOwn(environment, name) ? (environment[name] ?? null) : null
      },
    }
  }

  /** Inside a container by its engine; beside a process, in its folder, on this machine. */
  #runner(serviceId: string): RunCheckCommand {
    return async (argv, timeoutMs, signal) => {
      const { connection, nativeId, service } = this.#parts.registry.reach(serviceId)
      if (service.kind === 'container') {
        const done = await runCommand(connection, nativeId, { argv, timeoutMs }, signal)
        return { exitCode: done.exitCode, output: done.stdout + done.stderr }
      }
      const { directory, environment } = await connection.inspect(nativeId)
      const done = await run(argv as [string, ...string[]], {
        ...(directory === null ? {} : { cwd: directory }),
        env: environment,
        timeoutMs,
        signal,
      })
      return { exitCode: done.exitCode ?? 128, output: done.stdout + done.stderr }
    }
  }

  #turned(serviceId: string, watch: Watch): void {
    const entry = this.#watched.get(serviceId)
    if (entry) this.#verdict(serviceId, worstHealth(entry.watches.map((one) => one.state)), watch)
  }

  #verdict(serviceId: string, verdict: HealthState, watch: Watch | null): void {
    const entry = this.#watched.get(serviceId)
    if (entry) entry.verdict = verdict
    const service = this.#parts.registry.service(serviceId)
    if (!service) return
    const say = entry?.turns.next(verdict, Date.now()) ?? 'nothing'
    const bad = verdict === 'unhealthy'
    const found = watch?.last ? `${watch.parts.spec.name} ${watch.last.message}` : ''
    const turned = bad ? `${service.name} is unhealthy: ${found}.` : `${service.name} is ${verdict}.`
    this.#parts.announce({
      type: 'service.health',
      severity: bad || say === 'flapping' ? 'warning' : 'info',
      targetId: service.targetId,
      serviceId,
      serviceName: service.name,
      stack: service.stack,
      message: say === 'flapping' ? `${service.name} goes back and forth between healthy and unhealthy.` : turned,
      data: { origin: 'check', state: verdict, found, quiet: say === 'nothing' },
    })
  }

  #inherit(service: Service): void {
    const left = this.#heirs.inherit(`${service.targetId} ${service.name}`)
    if (!left || this.#set.has(service.id)) return
    this.#set.set(service.id, left.specs)
    if (left.serviceId === service.id) return
    this.#parts.store
      .saveSpecs(service.id, left.specs)
      .then(() => this.#erase(left.serviceId))
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'checks were not handed on'))
  }

  #forget(serviceId: string, place: string, forGood: boolean): void {
    const watched = this.#watched.get(serviceId)
    for (const watch of watched?.watches ?? []) {
      watch.close()
      this.#dirty.delete(watch)
    }
    this.#watched.delete(serviceId)
    // When the whole target was forgotten its services live on, and their checks with them.
    if (!forGood) return
    const set = this.#set.get(serviceId)
    this.#set.delete(serviceId)
    if (set && set.length > 0) this.#heirs.leave(place, serviceId, set)
    else if (watched) this.#erase(serviceId)
  }

  #erase(serviceId: string): void {
    this.#parts.store
      .forget(serviceId)
      .catch((error: unknown) => this.#parts.log.warn({ err: error, serviceId }, 'old checks were not deleted'))
  }

  async #save(): Promise<void> {
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    for (const watch of dirty) {
      try {
        await this.#parts.store.saveResults(watch.parts.serviceId, watch.parts.spec.name, watch.results)
      } catch (error) {
        this.#dirty.add(watch)
        this.#parts.log.warn({ err: error }, 'results of checks were not written; trying again')
        return
      }
    }
  }
}
