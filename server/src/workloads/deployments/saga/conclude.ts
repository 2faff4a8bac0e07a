import { type Deployment, Failure, type Outcome } from '@wheelhouse/contract'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReleaseContent } from '../../releases/index.ts'
import { leftElsewhere } from '../plan/elsewhere.ts'
import { isUp } from '../steps/instances.ts'
import { runningOf } from './whereabouts.ts'
import { tellChannels } from '../stages/notify.ts'
import { mayEndWell } from '../stages/watch.ts'
import { finished, refused } from './engine-events.ts'
import { cancelledCode, type Evidence, evidenceOf, isCancelled } from './evidence.ts'
import { retire } from './retire.ts'
import type { Run } from './run.ts'
import { undoAll } from './undo.ts'

const now = (): string => new Date().toISOString()
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Stages that change nothing that serves: when one of them fails there is nothing to bring back. */
const harmless = new Set(['preflight', 'lock', 'backup'])

/** How long a service that was up before may take to come back by itself, and how often it is looked at. */
const comeBackMs = 15_000
const lookMs = 250

const stackNames = new WeakMap<Run, string>()
const runningNow = (run: Run): string[] =>
  runningOf(run.room, run.deployment, stackNames.get(run) ?? run.deployment.stack)

/** What builds and tests worked in is of no use to anybody once they are over. */
const removeWorkspaces = (run: Run): Promise<void> =>
  rm(join(run.room.settings.data, 'builds', run.deployment.id), { recursive: true, force: true })

/** The release has proven itself: from now on it is the one that serves. */
export async function serve(run: Run): Promise<void> {
  const { store } = run.room.releases
  const release = await store.get(run.deployment.release!.id)
  if (!release) throw new Failure('NOT_FOUND', 'The release of this run is gone.')
  if (release.state !== 'serving') await store.serve(release)
}

/** What the release replaced goes, and the run says what is true now. It may be called again after it was cut off. */
export async function concludeSuccess(run: Run): Promise<void> {
  const content = await run.content()
  stackNames.set(run, content.stackName)
  const release = run.deployment.release!
  const left = await retire(run, content)
  await removeWorkspaces(run)
  for (const targetId of new Set(content.placements.map((placement) => placement.targetId)))
    await run.room.stacks
      .deployed(
        { name: content.stackName, targetId },
        {
          source: content.source,
          directory: content.directory,
          allowance: run.request.allowances[targetId] ?? 'developer',
          rendered: content.placements.find((placement) => placement.targetId === targetId)!.rendered,
        },
        run.request.by,
      )
      .catch((error: unknown) => run.log(`The stack page was not brought up to date: ${words(error)}`))
  const { stack, environment, kind } = run.deployment
  const verb = kind === 'rollback' ? 'was brought back' : 'serves'
  await run.change({
    outcome: {
      summary: `Release ${release.number} of ${stack} ${verb} in ${environment}.`,
      stage: null,
      check: null,
      error: null,
      logs: [],
      running: runningNow(run),
      notUndone: left,
    },
  })
  const project = await run.project()
  // Who started it without a plan, as a schedule does, finds it in the log.
  for (const sentence of await leftElsewhere(run.room, project, content.placements)) run.log(sentence)
  const keep = project.manifest?.retention?.releases ?? 5
  await run.room.releases
    .cleanup({ stack, environment }, keep)
    .catch((error: unknown) => run.log(`Old releases were not removed: ${words(error)}`))
  if (kind === 'deploy')
    await run.room
      .syncSchedules(project, run.request.userId)
      .catch((error: unknown) => run.log(`The schedules of the manifest were not set: ${words(error)}`))
}

/** Something failed, or somebody stopped it: what was done is undone, and what is true is written down. */
export async function concludeFailure(run: Run, error: unknown): Promise<void> {
  run.closeSteps()
  const known = run.deployment.outcome
  // A run that was cut off while it was undone knows from its record why it is.
  const cancelled = isCancelled(error) || known?.error?.errorCode === cancelledCode
  const evidence: Evidence = known ?? (await evidenceOf(run, error))
  const undoes = run.request.flags.rollbackOnError !== false || cancelled
  const touched = run.journal.toUndo().length > 0
  const begun = run.deployment.release !== null ? await run.content().catch(() => null) : null
  if (begun) stackNames.set(run, begun.stackName)
  let left: string[] = []
  if (undoes && touched) {
    // The evidence is kept first: a crash during the undo must not lose why there was one.
    const soFar: Outcome = { ...evidence, summary: '', running: [], notUndone: [] }
    await run.change({ state: 'rolling-back', outcome: soFar }, true)
    run.log(
      cancelled
        ? `${evidence.error?.message ?? words(error)}: what was done is undone.`
        : `${evidence.stage} failed: what was done is undone.`,
    )
    left = await undoAll(run)
    left.push(...(await previousServes(run)))
  } else if (!undoes && touched) left = [`Nothing was undone, as asked with --no-rollback-on-error.`]
  await removeWorkspaces(run)
  if (
    run.journal.mayHaveMigrated &&
    !run.journal.entries.some((entry) => entry.kind === 'app.migrate' && entry.args.restoreFrom !== null)
  )
    left.push(
      `A migration ran and was not undone: the database is as this run left it.${
        run.deployment.backupId === null
          ? ''
          : ` wh backup restore ${run.deployment.backupId} brings back the one before.`
      }`,
    )
  const failedUndo = run.deployment.stages.some((stage) => stage.state === 'undo-failed') || (!undoes && touched)
  const previousDown = left.some((sentence) => sentence.startsWith('Before this run'))
  const state = endOf(run, { cancelled, failedUndo: failedUndo || previousDown, undone: undoes && touched })
  await run.change(
    {
      state,
      outcome: {
        ...evidence,
        summary: summaryOf(run, state, evidence, !undoes && touched),
        running: runningNow(run),
        notUndone: left,
      },
      stages: run.deployment.stages.map((stage) =>
        stage.state === 'waiting' || stage.state === 'approval'
          ? { ...stage, state: 'skipped', message: 'the run ended before' }
          : stage,
      ),
      finishedAt: now(),
    },
    true,
  )
  run.room.announce(finished(run.deployment))
  const refusal = refused(run.deployment)
  if (refusal) run.room.announce(refusal)
  await tellChannels(run, state).catch((cause: unknown) => run.log(`Nobody could be told: ${words(cause)}`))
}

function endOf(
  run: Run,
  how: { readonly cancelled: boolean; readonly failedUndo: boolean; readonly undone: boolean },
): Deployment['state'] {
  if (how.failedUndo) return 'failed'
  if (how.cancelled) return 'cancelled'
  if (!how.undone || harmless.has(run.deployment.outcome?.stage ?? run.stage)) return 'failed'
  return 'rolled-back'
}

function summaryOf(run: Run, state: Deployment['state'], evidence: Evidence, leftAsItIs: boolean): string {
  const { release, previous } = run.deployment
  const serves = previous === null ? 'Nothing serves, as before' : `Release ${previous.number} serves as before`
  const what = release === null ? 'The run' : `Release ${release.number}`
  if (state === 'cancelled') return `${evidence.error?.message ?? 'It was cancelled'}. ${serves}.`
  if (state === 'rolled-back') return `${what} did not pass ${evidence.stage}. ${serves}.`
  const stage = evidence.stage ?? 'the run'
  if (leftAsItIs) return `${what} failed at ${stage}, and nothing was undone, as asked: a person has to look.`
  if (run.deployment.stages.some((one) => one.undo !== null))
    return `${what} failed at ${stage}, and not all of it could be undone: a person has to look.`
  return `${stage} failed before anything was changed. ${serves}.`
}

/** After an undo the release before must be up: if it is not, that is said, whoever is to blame. */
async function previousServes(run: Run): Promise<string[]> {
  const { previous } = run.deployment
  if (previous === null) return []
  const content = await run.contentOf(previous.id).catch(() => null)
  if (content === null) return []
  // A service that lost its database while that was put back is started again by its own restart policy.
  for (const end = Date.now() + comeBackMs; ; await sleep(lookMs)) {
    const down = downNow(run, content)
    if (down.length === 0 || Date.now() >= end) return down
  }
}

function downNow(run: Run, content: ReleaseContent): string[] {
  return content.placements.flatMap(({ targetId, rendered }) =>
    rendered.workloads.flatMap((workload) => {
      const { spec } = workload
      const service = run.room.targets.services(targetId).find((one) => one.name === spec.name)
      if (mayEndWell(workload, service ?? null) || (service && (isUp(service) || service.stale))) return []
      return [`Before this run ${spec.name} served; now it is ${service?.state ?? 'not there'}.`]
    }),
  )
}
