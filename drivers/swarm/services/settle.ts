import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import {
  isCurrentTask,
  type Native,
  progressOf,
  sameTemplate,
  type ServiceProgress,
  type Settlement,
  type SwarmService,
  type SwarmTask,
} from '@wheelhouse/driver'
import type { Managers } from '../swarm-managers.ts'
import { isHeld, servicePath, tasksOf } from './change.ts'

const lookEveryMs = 500
/** What the engine itself takes where a service does not say how long a new task is watched. */
const usualMonitorMs = 5000

export interface SettleOptions {
  readonly deadlineMs: number
  readonly progress?: (progress: ServiceProgress) => void
}

/** See `Cluster.settle`. */
export async function settle(
  managers: Managers,
  id: string,
  { deadlineMs, progress: tell }: SettleOptions,
  signal: AbortSignal,
): Promise<Settlement> {
  const course = new Course()
  const end = Date.now() + deadlineMs
  let unheard: string | null = null
  for (;;) {
    signal.throwIfAborted()
    try {
      const [service, tasks] = await managers.ask((client) =>
        Promise.all([client.json<SwarmService>({ path: servicePath(id), signal }), tasksOf(client, id)]),
      )
      unheard = null
      const settled = course.look(service, tasks, Date.now())
      if (course.progress) tell?.(course.progress)
      if (settled) return settled
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Failure && error.code === 'NOT_FOUND') return course.gone()
      // A manager that is lost is not the end of what it has begun: the others go on with it.
      if (!(error instanceof Failure) || !['TARGET_UNREACHABLE', 'TIMED_OUT'].includes(error.code)) throw error
      unheard = error.message
    }
    if (Date.now() >= end) return course.stalled(deadlineMs, unheard)
    await sleep(Math.min(lookEveryMs, Math.max(0, end - Date.now())), undefined, { signal }).catch(() => undefined)
  }
}

/** What has been seen of one change, and what follows from it. */
export class Course {
  #wanted: SwarmService | null = null
  #last: SwarmService | null = null
  #failure: string | null = null
  /** When all tasks were first seen to run, and how many had failed by then. */
  #calm: { readonly at: number; readonly failing: number; readonly tasks: string } | null = null
  progress: ServiceProgress | null = null

  look(service: SwarmService, tasks: readonly SwarmTask[], now: number): Settlement | null {
    this.#wanted ??= service
    this.#last = service
    const progress = progressOf(service, tasks)
    this.progress = progress
    this.#failure = progress.failure ?? this.#failure
    const { Name: name } = service.Spec
    const went = service.UpdateStatus?.State?.startsWith('rollback') === true
    if (!went && !sameTemplate(this.#wanted.Spec.TaskTemplate, service.Spec.TaskTemplate)) {
      return this.#end('overtaken', `${name} was changed by somebody else meanwhile.`)
    }
    if (progress.update === 'paused') {
      return this.#end('paused', `The update of ${name} is paused: ${howFar(progress)}${because(this.#failure)}.`)
    }
    if (progress.update === 'rollback_paused') {
      return this.#end('rollback-paused', `${name} did not come back: ${howFar(progress)}${because(this.#failure)}.`)
    }
    if (isHeld(service.Spec) && progress.outdated > 0) return null
    if (progress.update === 'updating' || progress.update === 'rollback_started') return null
    if (!this.#isCalm(service, tasks, progress, now)) return null
    if (progress.update === 'rollback_completed') {
      return this.#end('rolled-back', `${name} went back to what it was before${because(this.#failure)}.`)
    }
    return { ...this.#end('converged', `${name} is as it was asked for: ${howFar(progress)}.`), reason: null }
  }

  gone(): Settlement {
    const name = this.#last?.Spec.Name ?? 'The service'
    return { state: 'gone', message: `${name} was removed.`, reason: this.#failure, service: null }
  }

  stalled(deadlineMs: number, unheard: string | null): Settlement {
    const name = this.#last?.Spec.Name ?? 'The service'
    const within = `within ${Math.round(deadlineMs / 1000)} s`
    if (unheard !== null || !this.progress) {
      const reason = unheard ?? 'it was never seen'
      return { ...this.#end('stalled', `${name} was not seen to settle ${within}: ${reason}`), reason }
    }
    const reason = this.progress.waiting ?? this.#failure
    return {
      ...this.#end('stalled', `${name} did not settle ${within}: ${howFar(this.progress)}${because(reason)}.`),
      reason,
    }
  }

  /** Every task has run for as long as new ones are watched, and none fell meanwhile. */
  #isCalm(service: SwarmService, tasks: readonly SwarmTask[], progress: ServiceProgress, now: number): boolean {
    const { desired, updated, outdated, running, failing } = progress
    const job = Boolean(service.Spec.Mode?.ReplicatedJob ?? service.Spec.Mode?.GlobalJob)
    const full =
      updated >= desired && outdated === 0 && (job || running === desired) && (!isGlobal(service) || desired > 0)
    if (!full) {
      this.#calm = null
      return false
    }
    if (job) return true
    const present = tasks.filter((task) => isCurrentTask(service, task) && task.Status.State === 'running')
    const ids = present
      .map((task) => task.ID)
      .sort()
      .join()
    if (this.#calm === null || this.#calm.failing < failing || this.#calm.tasks !== ids) {
      this.#calm = { at: now, failing, tasks: ids }
    }
    return desired === 0 || now - this.#calm.at >= monitorMs(service)
  }

  #end(state: Settlement['state'], message: string): Settlement {
    return { state, message, reason: this.#failure, service: this.#last as unknown as Native | null }
  }
}

const isGlobal = ({ Spec: { Mode: mode } }: SwarmService): boolean => Boolean(mode?.Global)

function monitorMs({ Spec: { UpdateConfig: update } }: SwarmService): number {
  const nanoseconds = update?.Monitor ?? 0
  return nanoseconds > 0 ? nanoseconds / 1e6 : usualMonitorMs
}

const howFar = ({ updated, desired }: ServiceProgress): string =>
  `${updated} of ${desired} ${desired === 1 ? 'task runs' : 'tasks run'}`

const because = (reason: string | null): string => (reason === null ? '' : `; ${reason}`)
