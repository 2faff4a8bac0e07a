import { randomUUID } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import type { DriverLog, Occurrence, ObservedService, ProcessSpec } from '@wheelhouse/driver'
import { endSurvivors, findLeader, isRunning, type RunIdentity } from './group.ts'
import { launch, LaunchError, type Launched } from './launch.ts'
import { LiveRun } from './live-run.ts'
import { LogFiles } from './log/log-files.ts'
import { RawOutput } from './log/raw-output.ts'
import { commandPid, observed, stateOf } from './observed.ts'
import { bootId } from './process-table.ts'
import { type RunRecord, type ServiceFolder, storageFailure } from './record.ts'
import { describeEnding, duration, type Ending, goodRunMs, judge } from './restart-policy.ts'
import { signalNumber } from './signals.ts'

/** Where a service tells what happened to it. */
export interface Listener {
  readonly log: DriverLog
  readonly shim: string
  changed(service: ObservedService): void
  occurred(occurrence: Occurrence): void
}

/** One supervised service: its record, its process and its log. Acts run one after another; `kill` does not wait for its turn. */
export class SupervisedService {
  readonly spec: ProcessSpec
  readonly folder: ServiceFolder
  readonly files: LogFiles
  readonly raw: RawOutput
  readonly #listener: Listener
  #record: RunRecord
  #turn: Promise<unknown> = Promise.resolve()
  #live: LiveRun | null = null
  #retry: NodeJS.Timeout | null = null
  #good: NodeJS.Timeout | null = null
  #closed = false
  #told = ''
  #trouble: string | null = null

  constructor(spec: ProcessSpec, record: RunRecord, folder: ServiceFolder, listener: Listener) {
    this.spec = spec
    this.folder = folder
    this.#record = record
    this.#listener = listener
    this.files = new LogFiles(folder.log, spec.log)
    this.raw = new RawOutput(folder.run, this.files, spec.log)
  }

  get record(): Readonly<RunRecord> {
    return this.#record
  }
  get name(): string {
    return this.#record.name ?? this.spec.name
  }
  get observed(): ObservedService {
    return observed(this.spec, this.#record)
  }
  /** The run there is, alive or just gone. */
  get run(): RunIdentity | null {
    const { pid, startTime, bootId, token } = this.#record
    return pid === null || startTime === null || bootId === null || token === null
      ? null
      : { pid, startTime, bootId, token }
  }
  get #alive(): boolean {
    return this.run !== null
  }

  /** Takes up what another control plane left: adopts what runs, records what ended, goes on with what was begun. */
  async open(): Promise<void> {
    await this.raw.open(() => this.#live?.check())
    await this.#exclusive(() => this.#adopt())
  }

  async #adopt(): Promise<void> {
    const record = this.#record
    if (record.token !== null && record.pid === null) {
      const leader = await findLeader(record.token)
      if (leader) this.#set({ pid: leader.pid, startTime: leader.startTime, bootId: bootId(), phase: 'running' })
      else this.#set({ token: null, phase: 'ended', exitCode: null })
      if (leader === null && record.desired === 'running') return this.#launch('started').then(() => undefined)
    }
    const { run } = this
    if (run !== null && isRunning(run)) {
      const live = new LiveRun(run, null, () => this.#ended(run.token))
      this.#live = live
      if (record.phase !== 'paused') live.signal('CONT')
      this.raw.writer = record.phase === 'paused' ? null : run
      this.#set(record.phase === 'paused' ? {} : { phase: 'running' })
      this.#awaitGoodRun()
      await this.raw.say(`Wheelhouse is back and watches pid ${commandPid(this.#record)}, which ran on`)
      if (record.desired === 'stopped') await this.#end(this.spec.stop.timeoutMs).then(() => this.#stopped())
      return
    }
    if (run !== null && run.bootId !== bootId()) return this.#afterBoot()
    if (run !== null) return this.#settle(run.token)
    if (record.phase === 'waiting') this.#retryIn(Math.max(0, Date.parse(record.retryAt ?? '') - Date.now()) || 0)
    else if (record.phase !== 'ended') this.#set({ phase: 'ended' })
    // As engines do: `always` means also after a stop by hand, once the machine has restarted.
    const rebooted = record.bootId !== null && record.bootId !== bootId()
    if (rebooted && record.desired === 'stopped' && this.spec.restart.policy === 'always') await this.#afterBoot()
  }

  async #afterBoot(): Promise<void> {
    const { policy } = this.spec.restart
    const wanted = policy === 'always' || (policy !== 'no' && this.#record.desired === 'running')
    this.#set({ pid: null, token: null, startTime: null, phase: 'ended', exitCode: null, crashes: [], looping: false })
    this.#set({ reason: this.#record.desired === 'running' ? 'It ended when the machine restarted' : null })
    if (!wanted) return this.#save()
    this.#set({ desired: 'running' })
    await this.#launch('started')
  }

  rename(name: string): Promise<void> {
    return this.#exclusive(async () => {
      this.#set({ name })
      await this.#save()
    })
  }

  start(): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#alive) throw this.#conflict('is running already')
      await this.#begin('started')
    })
  }

  stop(timeoutMs: number): Promise<void> {
    return this.#exclusive(async () => {
      if (stateOf(this.#record) === 'stopped') throw this.#conflict('is stopped already')
      await this.#wantStopped()
      if (this.#alive) await this.#end(timeoutMs)
      await this.#stopped()
    })
  }

  restart(timeoutMs: number): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#alive) await this.#end(timeoutMs)
      await this.#begin('restarted')
    })
  }

  pause(): Promise<void> {
    return this.#exclusive(async () => {
      const { run } = this
      if (run === null || this.#record.phase !== 'running') throw this.#conflict('does not run')
      this.raw.writer = null
      await this.raw.flush()
      this.#set({ phase: 'paused', reason: 'Paused by hand' })
      await this.#save()
      this.#live?.signal('STOP')
      this.#occur('service.paused', 'info', 'was paused')
    })
  }

  resume(): Promise<void> {
    return this.#exclusive(async () => {
      const { run } = this
      if (run === null || this.#record.phase !== 'paused') throw this.#conflict('is not paused')
      this.#live?.signal('CONT')
      this.raw.writer = run
      this.#set({ phase: 'running', reason: null })
      await this.#save()
      this.#occur('service.resumed', 'info', 'goes on')
    })
  }

  /** KILL and the stop signal also mean: do not start it again. */
  async kill(name: string): Promise<void> {
    const signal = signalNumber(name)
    const live = this.#live
    if (live === null || !isRunning(live.identity)) throw this.#conflict('does not run')
    const deadly = signal === signalNumber('KILL')
    if (deadly || signal === signalNumber(this.spec.stop.signal)) await this.#wantStopped()
    await this.raw.say(`Signal ${name} was sent by hand`)
    if (deadly) {
      await live.kill(this.name)
      await this.#exclusive(() => this.#settle(live.identity.token))
    } else live.signal(name)
  }

  remove(force: boolean): Promise<void> {
    if (this.#alive && !force) throw this.#conflict('is running. Stop it first, or remove it by force')
    this.#live?.strike()
    return this.#exclusive(async () => {
      await this.#wantStopped()
      if (this.#alive) await this.#end(0)
      await this.close()
      await this.folder.remove()
    })
  }

  /** Once a second: for those whose end nobody tells us of, and for output that no watch told of. */
  check(): void {
    this.#live?.check()
    this.raw.poll()
    const { trouble } = this.raw
    if (trouble !== null && trouble !== this.#trouble) {
      this.#listener.log.error({ service: this.name, reason: trouble }, 'output is not kept: the log cannot be written')
    }
    this.#trouble = trouble
  }

  /** Lets go; the process runs on. */
  async close(): Promise<void> {
    this.#closed = true
    this.#clearTimers()
    this.#live?.letGo()
    await this.raw.close()
  }

  /** Waits for the act under way, but not for long. */
  async settleDown(limitMs: number): Promise<void> {
    await Promise.race([this.#turn, new Promise((resolve) => setTimeout(resolve, limitMs).unref())])
  }

  #exclusive<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      if (this.#closed) throw new Failure('NOT_FOUND', `There is no service "${this.name}".`)
      return act()
    })
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #begin(how: 'started' | 'restarted'): Promise<void> {
    this.#clearTimers()
    this.#record = { ...this.#record, desired: 'running', restarts: 0, crashes: [], looping: false }
    const failure = await this.#launch(how)
    if (failure !== null) throw new Failure('TARGET_REFUSED', `${this.name} did not start: ${failure}.`)
  }

  /** Starts a run; answers why it could not. */
  async #launch(how: 'started' | 'restarted' | 'retried'): Promise<string | null> {
    const token = randomUUID()
    this.#set({
      token,
      pid: null,
      startTime: null,
      bootId: bootId(),
      phase: 'starting',
      retryAt: null,
      startedAt: new Date().toISOString(),
      endedAt: null,
      exitCode: null,
    })
    try {
      await this.#save()
      await this.raw.reset()
      await this.raw.say(how === 'started' ? 'Starting' : 'Starting again')
      await this.folder.clearExit()
      const { child, run } = await this.#spawn(token)
      this.#set({ pid: run.pid, startTime: run.startTime, bootId: run.bootId })
      this.raw.writer = run
      this.#live = new LiveRun(run, child, () => this.#ended(run.token))
    } catch (error) {
      return this.#launchFailed(error)
    }
    this.#set({ phase: 'running', reason: null })
    await this.#save().catch((error: unknown) => this.#unsaved(error))
    if (how !== 'retried') this.#occur(`service.${how}`, 'info', `was ${how}`)
    else if (!this.#record.looping) this.#occur('service.restarted', 'warning', 'was started again after it ended')
    this.#awaitGoodRun()
    return null
  }

  async #spawn(token: string): Promise<Launched> {
    const { stdout, stderr } = await this.raw.descriptors()
    try {
      const paths = { shim: this.#listener.shim, run: this.folder.run }
      return await launch(this.spec, paths, { stdout: stdout.fd, stderr: stderr.fd }, token)
    } finally {
      await stdout.close()
      await stderr.close()
    }
  }

  async #launchFailed(error: unknown): Promise<string> {
    if (!(error instanceof LaunchError)) {
      const failure = storageFailure(error, this.folder.path)
      this.#set({
        token: null,
        phase: 'ended',
        reason: failure.message.replace(/\.$/, ''),
        endedAt: new Date().toISOString(),
      })
      throw failure
    }
    await this.raw.say(`It did not start: ${error.message}`)
    await this.#crashed({ code: error.exitCode, why: error.message }, new Date().toISOString())
    return error.message
  }

  /** The signal to the whole group, the deadline, KILL to the group; answers when nothing of it is left. */
  async #end(timeoutMs: number): Promise<void> {
    const live = this.#live
    if (live === null) return
    const deadline = Date.now() + timeoutMs
    const wasPaused = this.#record.phase === 'paused'
    this.raw.writer = null
    this.#set({ phase: 'stopping' })
    if (timeoutMs > 0) live.signal(this.spec.stop.signal)
    if (wasPaused) live.signal('CONT')
    if (timeoutMs === 0 || !(await live.goneWithin(timeoutMs))) {
      await this.raw.say(
        timeoutMs === 0 ? 'It was killed' : `It did not end within ${duration(timeoutMs)} and was killed`,
      )
      await live.kill(this.name)
    }
    await this.#collect(live.identity, deadline)
  }

  /** The run has ended: said once, by whoever sees it first. */
  #ended(token: string): void {
    if (this.#record.token !== token || this.#closed) return
    this.#exclusive(() => this.#settle(token)).catch((error: unknown) => {
      if (!this.#closed) this.#listener.log.error({ service: this.name, error }, 'its end could not be handled')
    })
  }

  /** Clears away what is left of a run and writes down how it ended. */
  async #collect(run: RunIdentity, deadline: number): Promise<Ending> {
    const written = await this.folder.exit(run.pid)
    const left = await endSurvivors(run, signalNumber(this.spec.stop.signal), deadline)
    const code = this.#live?.exitCode(written?.code ?? null) ?? written?.code ?? null
    this.raw.writer = null
    await this.raw.flush(true)
    if (left > 0 && this.#record.desired === 'running' && this.#record.phase !== 'stopping') {
      const what = left === 1 ? '1 process it left behind was' : `${left} processes it left behind were`
      await this.raw.say(`${what} ended. A service stays in the foreground`)
    }
    await this.raw.say(describeEnding({ code, why: null }))
    this.#clearTimers()
    this.#live = null
    this.#record = { ...this.#record, token: null, pid: null, startTime: null, exitCode: code }
    this.#record.endedAt = written?.at ?? new Date().toISOString()
    return { code, why: null }
  }

  /** After an end that no act of ours waits for. */
  async #settle(token: string): Promise<void> {
    const { run } = this
    if (run === null || run.token !== token) return
    const ending = await this.#collect(run, Date.now() + this.spec.stop.timeoutMs)
    if (this.#record.desired === 'stopped') return this.#stopped()
    await this.#crashed(ending, this.#record.endedAt ?? new Date().toISOString())
  }

  async #crashed(ending: Ending, at: string): Promise<void> {
    const crashes = [...this.#record.crashes, at].slice(-1000)
    const verdict = judge(this.spec.restart, crashes, ending)
    const wasLooping = this.#record.looping
    const ended = { token: null, pid: null, exitCode: ending.code, endedAt: at, crashes, reason: verdict.reason }
    if (verdict.next === 'rest') {
      this.#set({ ...ended, phase: 'ended' })
      if (verdict.failed) this.#occur('service.failed', 'error', `failed: ${verdict.reason}`)
      else this.#occur('service.stopped', 'info', 'has finished')
    } else {
      const retryAt = new Date(Date.now() + verdict.delayMs).toISOString()
      this.#set({ ...ended, phase: 'waiting', retryAt, looping: verdict.looping })
      if (verdict.looping && !wasLooping)
        this.#occur('service.crash-looping', 'error', `keeps ending: ${verdict.reason}`)
      else if (!verdict.looping) this.#occur('service.failed', 'error', `failed: ${verdict.reason}`)
      this.#retryIn(verdict.delayMs)
    }
    await this.#save().catch((error: unknown) => this.#unsaved(error))
  }

  #retryIn(delayMs: number): void {
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      void this.#exclusive(async () => {
        if (this.#record.phase !== 'waiting' || this.#record.desired !== 'running') return
        this.#record = { ...this.#record, restarts: this.#record.restarts + 1 }
        await this.#launch('retried')
      }).catch((error: unknown) => {
        if (this.#closed) return
        this.#listener.log.error({ service: this.name, error }, 'could not be started again')
        this.#set({ phase: 'waiting' })
        this.#retryIn(Math.max(this.spec.restart.maxDelayMs, 1000))
      })
    }, delayMs)
  }

  #awaitGoodRun(): void {
    if (this.#record.crashes.length === 0) return
    this.#good = setTimeout(() => {
      if (this.#record.looping) this.#occur('service.started', 'info', 'runs well again')
      this.#record = { ...this.#record, crashes: [], looping: false }
      this.#save().catch((error: unknown) => this.#unsaved(error))
    }, goodRunMs(this.spec.restart))
    this.#good.unref()
  }

  async #wantStopped(): Promise<void> {
    this.#clearTimers()
    this.#record = { ...this.#record, desired: 'stopped' }
    // A full disk must not keep a service from being stopped: it may be the one that fills it.
    await this.#save().catch((error: unknown) => this.#unsaved(error))
  }

  async #stopped(): Promise<void> {
    this.#set({ phase: 'ended', reason: null, retryAt: null, crashes: [], looping: false })
    this.#occur('service.stopped', 'info', 'was stopped')
    await this.#save().catch((error: unknown) => this.#unsaved(error))
  }

  #set(change: Partial<RunRecord>): void {
    const before = stateOf(this.#record)
    this.#record = { ...this.#record, ...change }
    if (stateOf(this.#record) !== before) this.#record.changedAt = new Date().toISOString()
    this.#tell()
  }

  #tell(): void {
    const now = this.observed
    const text = JSON.stringify(now)
    if (text !== this.#told) this.#listener.changed(now)
    this.#told = text
  }

  #save(): Promise<void> {
    return this.folder
      .save(this.#record)
      .catch((error: unknown) => Promise.reject(storageFailure(error, this.folder.path)))
  }

  #unsaved(error: unknown): void {
    this.#listener.log.error({ service: this.name, error }, 'its record is not saved; a restart may find an old one')
  }

  #occur(type: Occurrence['type'], severity: Occurrence['severity'], what: string): void {
    const { exitCode, restarts } = this.#record
    const told = { type, severity, nativeId: this.spec.name, at: new Date().toISOString() }
    this.#listener.occurred({ ...told, message: `${this.name} ${what}.`, data: { exitCode, restarts } })
  }

  #conflict(what: string): Failure {
    return new Failure('STATE_CONFLICT', `${this.name} ${what}.`)
  }

  #clearTimers(): void {
    if (this.#retry) clearTimeout(this.#retry)
    if (this.#good) clearTimeout(this.#good)
    this.#retry = null
    this.#good = null
  }
}
