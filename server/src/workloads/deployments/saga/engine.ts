import type { Stage } from '@wheelhouse/contract'
import { setTimeout as sleep } from 'node:timers/promises'
import { type StageDefinition, stagesOf } from '../stages/stages.ts'
import { awaitApproval } from './approval.ts'
import { Cancelled, Ended, StageTimedOut } from './interruptions.ts'
import { concludeFailure, concludeServing, concludeSuccess } from './conclude.ts'
import { finished } from './engine-events.ts'
import type { Run } from './run.ts'

const now = (): string => new Date().toISOString()
const over = new Set<Stage['state']>(['done', 'skipped'])

/** What is done after the switch has proven itself: a failure there no longer brings the old release back. */
export const afterwards: ReadonlySet<string> = new Set(['report', 'notify'])

/**
 * Brings a run to its end, from the beginning or from where it was cut off. Never throws but `Ended`: then the control plane is ending
 * and another start goes on.
 */
export async function execute(run: Run): Promise<void> {
  if (run.deployment.state === 'rolling-back') {
    run.log('The control plane was started anew: what was begun is undone.')
    await concludeFailure(run, new Error('the control plane was interrupted while it undid this run'))
    return
  }
  let current: StageDefinition | null = null
  try {
    const stages = await stagesOf(run)
    await announceStages(run, stages)
    for (const stage of stages) {
      const known = run.deployment.stages.find((one) => one.name === stage.name)
      if (known && over.has(known.state)) continue
      if (afterwards.has(stage.name) && run.deployment.outcome === null) await concludeSuccess(run)
      current = stage
      await runStage(run, stage)
    }
    if (run.deployment.outcome === null) await concludeSuccess(run)
    await run.change({ state: 'succeeded', finishedAt: now() }, true)
    run.room.announce(finished(run.deployment))
  } catch (error) {
    if (error instanceof Ended) {
      await run.lines.flush()
      throw error
    }
    if (await serves(run)) {
      // The release serves: what could not be told, tidied or read again is no reason to take it back.
      if (current && afterwards.has(current.name))
        await run.changeStage(current.name, { state: 'failed', message: words(run, error), finishedAt: now() })
      if (run.deployment.outcome === null)
        await concludeSuccess(run).catch((cause: unknown) => concludeServing(run, cause))
      await run.change({ state: 'succeeded', finishedAt: now() }, true)
      run.room.announce(finished(run.deployment))
    } else await concludeFailure(run, error)
  } finally {
    await run.lines.flush()
  }
}

/** Whether this run's release has taken over already: from then on there is nothing to undo. */
async function serves(run: Run): Promise<boolean> {
  const { release, previous } = run.deployment
  if (release === null || release.id === previous?.id) return false
  return (await run.room.releases.store.get(release.id))?.state === 'serving'
}

const words = (run: Run, error: unknown): string =>
  run.mask.hide(error instanceof Error ? error.message : String(error))

async function announceStages(run: Run, stages: readonly StageDefinition[]): Promise<void> {
  if (run.deployment.stages.length > 0) {
    run.log('The control plane was started anew: the run goes on where it was cut off.')
    return
  }
  await run.change({
    stages: stages.map(({ name }) => ({
      name,
      state: 'waiting',
      message: '',
      startedAt: null,
      finishedAt: null,
      undo: null,
      tasks: [],
    })),
  })
}

async function runStage(run: Run, stage: StageDefinition): Promise<void> {
  run.stopped.signal.throwIfAborted()
  if (stage.skip !== null) {
    await run.changeStage(stage.name, { state: 'skipped', message: stage.skip })
    return
  }
  await run.change({ stage: stage.name })
  if (stage.approval !== null) await awaitApproval(run, stage.name, stage.approval)
  const startedAt = run.deployment.stages.find((one) => one.name === stage.name)?.startedAt ?? now()
  await run.change({ state: 'running' })
  await run.changeStage(stage.name, { state: 'running', startedAt })
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new StageTimedOut(stage.name, stage.timeoutMs)), stage.timeoutMs)
  run.signal = AbortSignal.any([run.stopped.signal, deadline.signal])
  try {
    const message = await raced(stage.run(run), run.signal)
    await run.changeStage(stage.name, { state: 'done', message: run.mask.hide(message), finishedAt: now() })
  } catch (error) {
    // An aborted step fails with the words of whoever was cut off; why it was aborted is what people need.
    const reason: unknown = run.signal.aborted ? run.signal.reason : error
    if (!(reason instanceof Ended)) {
      const state = reason instanceof Cancelled ? 'skipped' : 'failed'
      await run.changeStage(stage.name, { state, message: words(run, reason), finishedAt: now() })
    }
    throw reason
  } finally {
    clearTimeout(timer)
    run.signal = run.stopped.signal
  }
}

/** What does not hear its signal must not hold a run for ever; it is given a moment to come to an end by itself. */
async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => void sleep(15_000).then(() => reject(signal.reason as Error))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  aborted.catch(() => undefined)
  work.catch(() => undefined)
  return Promise.race([work, aborted])
}
