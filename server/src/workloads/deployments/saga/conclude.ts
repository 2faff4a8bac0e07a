import { type Deployment, Failure, type Outcome } from '@wheelhouse/contract'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isUp } from '../steps/instances.ts'
import { tellChannels } from '../stages/notify.ts'
import { mayEndWell } from '../stages/watch.ts'
import { finished } from './engine-events.ts'
import { type Evidence, evidenceOf } from './evidence.ts'
import { Cancelled, Refused } from './interruptions.ts'
import { retire } from './retire.ts'
import type { Run } from './run.ts'
import { undoAll } from './undo.ts'

const now = (): string => new Date().toISOString()
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Stages that change nothing that serves: when one of them fails there is nothing to bring back. */
const harmless = new Set(['preflight', 'lock', 'backup'])

/** What runs now, a sentence a service, as the mirror sees it. */
function runningNow(run: Run): string[] {
  const names = new Set(run.deployment.targets.map(({ id }) => id))
  return [...names].flatMap((targetId) =>
    run.room.targets
      .services(targetId)
      .filter((service) => service.stack === stackOnTargets(run) && isUp(service) && !/\.r\d+$/.test(service.name))
      .map((service) => {
        const release = service.labels['wheelhouse.release']
        const health = service.health === 'none' ? '' : `, ${service.health}`
        return `${service.name} runs${release === undefined ? '' : ` release ${release}`}${health}.`
      }),
  )
}

const stackNames = new WeakMap<Run, string>()
const stackOnTargets = (run: Run): string => stackNames.get(run) ?? run.deployment.stack

/** The release has proven itself: it serves from now on, and what it replaced goes. */
export async function concludeSuccess(run: Run): Promise<void> {
  const content = await run.content()
  stackNames.set(run, content.stackName)
  const { store } = run.room.releases
  const release = await store.get(run.deployment.release!.id)
  if (!release) throw new Failure('NOT_FOUND', 'The release of this run is gone.')
  await store.serve(release)
  const left = await retire(run, content)
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
  const cancelled = error instanceof Cancelled || error instanceof Refused
  const known = run.deployment.outcome
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
      cancelled ? `${words(error)}: what was done is undone.` : `${evidence.stage} failed: what was done is undone.`,
    )
    left = await undoAll(run)
    left.push(...(await previousServes(run)))
    await rm(join(run.room.settings.data, 'builds', run.deployment.id), { recursive: true, force: true })
  } else if (!undoes && touched) left = [`Nothing was undone, as asked with --no-rollback-on-error.`]
  if (
    run.deployment.migrated &&
    !run.journal.entries.some((entry) => entry.kind === 'app.migrate' && entry.args.restoreFrom !== null)
  )
    left.push(
      `A migration ran and was not undone: the database is as the failed release left it.${
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
        summary: summaryOf(run, state, evidence, error),
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

function summaryOf(run: Run, state: Deployment['state'], evidence: Evidence, error: unknown): string {
  const { release, previous } = run.deployment
  const serves = previous === null ? 'Nothing served before' : `Release ${previous.number} serves`
  const what = release === null ? 'The run' : `Release ${release.number}`
  if (state === 'cancelled') return `${words(error)}. ${serves}.`
  if (state === 'rolled-back') return `${what} did not pass ${evidence.stage}. ${serves} as before.`
  const stage = evidence.stage ?? 'the run'
  if (run.deployment.stages.some((one) => one.undo !== null))
    return `${what} failed at ${stage}, and not all of it could be undone: a person has to look.`
  return `${stage} failed before anything was changed. ${serves} as before.`
}

/** After an undo the release before must be up: if it is not, that is said, whoever is to blame. */
async function previousServes(run: Run): Promise<string[]> {
  const { previous } = run.deployment
  if (previous === null) return []
  const content = await run.contentOf(previous.id).catch(() => null)
  if (content === null) return []
  const down: string[] = []
  for (const { targetId, rendered } of content.placements) {
    for (const workload of rendered.workloads) {
      const { spec } = workload
      const service = run.room.targets.services(targetId).find((one) => one.name === spec.name)
      if (mayEndWell(workload, service ?? null) || (service && (isUp(service) || service.stale))) continue
      down.push(`Before this run ${spec.name} served; now it is ${service?.state ?? 'not there'}.`)
    }
  }
  return down
}
