import { type ErrorCode, Failure } from '@wheelhouse/contract'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ended } from './interruptions.ts'
import type { StepEntry } from './journal.ts'
import { stepKinds } from './registry.ts'
import type { Run } from './run.ts'
import { nothingToUndo, type StepKind } from './step-kinds.ts'
import type { StepName } from './step-names.ts'

const stepMs = 180_000
const passing = new Set<ErrorCode>(['TARGET_UNREACHABLE', 'STORAGE_UNREACHABLE', 'STORAGE_FULL'])
/** What a new instance that takes requests stands on. */
const underRoutes = new Set<StepName>(['instance.create', 'alias.join', 'folder.make', 'resource.ensure'])
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Undoes all that a run did, the last first. Answers what could not be undone, a sentence each; goes on after each of them. */
export async function undoAll(run: Run): Promise<string[]> {
  const left: string[] = []
  let led = false
  const patience = AbortSignal.timeout(run.room.settings.undoPatienceMs)
  for (const entry of run.journal.toUndo()) {
    if (leavesNothing(entry)) {
      await run.journal.change(entry.seq, { state: 'undone' })
      continue
    }
    await beginUndo(run, entry.stage)
    await run.settled(entry.seq, stepMs)
    await run.journal.change(entry.seq, { state: 'undoing' })
    let done: string | null
    try {
      // Without its instance the service would be down: it serves, though it is the wrong one, until a person has looked.
      if (led && underRoutes.has(entry.kind)) throw new Error('requests are still led to the new instances')
      // Its result may have come while it was waited for.
      done = await undoOne(run, run.journal.find(entry.id) ?? entry, patience)
    } catch (error) {
      if (error instanceof Ended) throw error
      led ||= entry.kind === 'route.set'
      const why = run.mask.hide(words(error))
      left.push(`${entry.id} could not be undone: ${why}`)
      run.lines.add(entry.stage, null, 'stderr', `Not undone: ${entry.id}: ${why}`)
      await run.journal.change(entry.seq, { state: 'undo-failed', error: why.slice(0, 2000) })
      await run.changeStage(entry.stage, { state: 'undo-failed' })
      continue
    }
    // Where this cannot be written it is undone all the same: to call that a failed undo would not be true.
    await run.journal.change(entry.seq, { state: 'undone' })
    if (done === null) continue
    run.lines.add(entry.stage, null, 'system', `Undone: ${done}`)
    await tell(run, entry.stage, done)
  }
  const finishedAt = new Date().toISOString()
  await run.change({
    stages: run.deployment.stages.map((stage) =>
      stage.undo === null
        ? stage
        : {
            ...stage,
            state: stage.state === 'undoing' ? 'undone' : stage.state,
            undo: { ...stage.undo, finishedAt: stage.undo.finishedAt ?? finishedAt },
          },
    ),
  })
  return left
}

/** A backup that stays, a build whose artefact goes with the releases that use it: to show them as undone would not be true. */
function leavesNothing({ kind, args, result }: StepEntry): boolean {
  if (kind === 'command.run') return args.undo === null
  if (kind === 'app.build') return (result as { kind?: string } | null)?.kind !== 'image'
  return (stepKinds[kind] as unknown as { undo: unknown }).undo === nothingToUndo
}

/** A target may come back and a disk be freed: what was cut off must not be left half undone while there is patience. */
async function undoOne(run: Run, entry: StepEntry, patience: AbortSignal): Promise<string | null> {
  const kind = stepKinds[entry.kind] as unknown as StepKind<Record<string, unknown>, unknown>
  for (let wait = 500; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      return await kind.undo(entry.args, entry.result, run.context(AbortSignal.timeout(stepMs)))
    } catch (error) {
      if (!(error instanceof Failure && passing.has(error.code)) || patience.aborted) throw error
      run.lines.add(entry.stage, null, 'system', `Waits to undo ${entry.id}: ${words(error)}`)
      await sleep(wait)
    }
  }
}

async function beginUndo(run: Run, stageName: string): Promise<void> {
  const stage = run.deployment.stages.find((one) => one.name === stageName)
  if (!stage || stage.undo !== null) return
  const startedAt = new Date().toISOString()
  await run.changeStage(stageName, {
    // The one that failed stays red: what failed must not look like what was only taken back.
    state: stage.state === 'failed' ? 'failed' : 'undoing',
    undo: { message: '', startedAt, finishedAt: null },
  })
}

async function tell(run: Run, stageName: string, sentence: string): Promise<void> {
  const stage = run.deployment.stages.find((one) => one.name === stageName)
  if (!stage?.undo) return
  const message = stage.undo.message === '' ? sentence : `${stage.undo.message} ${sentence}`
  await run.changeStage(stageName, { undo: { ...stage.undo, message: message.slice(0, 1000) } })
}
