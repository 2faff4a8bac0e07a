import type { Stage } from '@wheelhouse/contract'
import { setTimeout as sleep } from 'node:timers/promises'
import { type StageDefinition, stagesOf } from '../stages/stages.ts'
import { awaitApproval } from './approval.ts'
import { Cancelled, Ended, StageTimedOut } from './interruptions.ts'
import { concludeFailure, concludeSuccess, serve } from './conclude.ts'
import { finished } from './engine-events.ts'
import type { Run } from './run.ts'
import { targetsHeard } from './targets-heard.ts'

const now = (): string => new Date().toISOString()
const over = new Set<Stage['state']>(['done', 'skipped'])

/** The stages from here on come after the release serves: a failure there no longer brings the old one back. */
const firstAfterwards = 'report'

/**
 * Brings a run to its end, from the beginning or from where it was cut off. Throws `Ended` when the control plane is ending, and what kept
 * it from writing down how the run stands: then another try goes on.
 */
export async function execute(run: Run): Promise<void> {
  try {
    await bring(run)
  } finally {
    await run.lines.flush()
  }
}

async function bring(run: Run): Promise<void> {
  await targetsHeard(run.room, run.deployment, run.stopped.signal, (text) => run.log(text))
  if (run.stopped.signal.reason instanceof Ended) throw run.stopped.signal.reason
  if (run.deployment.state === 'rolling-back') {
    run.log('The control plane was started anew: what was begun is undone.')
    return concludeFailure(run, new Error('the control plane was interrupted while it undid this run'))
  }
  let afterwards: readonly StageDefinition[]
  try {
    const stages = await stagesOf(run)
    await announceStages(run, stages)
    const turn = stages.findIndex(({ name }) => name === firstAfterwards)
    afterwards = stages.slice(turn)
    for (const stage of stages.slice(0, turn)) if (!isOver(run, stage)) await runStage(run, stage)
    await serve(run)
  } catch (error) {
    if (error instanceof Ended) throw error
    if (!(await serves(run))) return concludeFailure(run, error)
    // It was cut off after its turn, and its manifest cannot be read any more: what serves is no reason to take it back.
    run.log(`What follows the switch is left out: ${words(run, error)}`)
    afterwards = []
  }
  // From here on the old release may be gone: there is only the way forward.
  if (run.deployment.outcome === null) await concludeSuccess(run)
  for (const stage of afterwards) {
    if (isOver(run, stage)) continue
    try {
      await runStage(run, stage)
    } catch (error) {
      if (error instanceof Ended) throw error
      await run.changeStage(stage.name, { state: 'failed', message: words(run, error), finishedAt: now() })
    }
  }
  const { outcome, stages } = run.deployment
  const missed = stages.filter(({ name, state }) => state === 'failed' && afterwards.some((one) => one.name === name))
  const summary = [
    outcome!.summary,
    ...missed.map(({ name }) => `${name} failed after that, which takes nothing back.`),
  ].join(' ')
  await run.change({ state: 'succeeded', outcome: { ...outcome!, summary }, finishedAt: now() }, true)
  run.room.announce(finished(run.deployment))
}

/** Whether this run's release has taken over already: from then on there is nothing to undo. */
async function serves(run: Run): Promise<boolean> {
  const { release, previous } = run.deployment
  if (release === null || release.id === previous?.id) return false
  return (await run.room.releases.store.get(release.id))?.state === 'serving'
}

const isOver = (run: Run, stage: StageDefinition): boolean => {
  const known = run.deployment.stages.find((one) => one.name === stage.name)
  return known !== undefined && over.has(known.state)
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
