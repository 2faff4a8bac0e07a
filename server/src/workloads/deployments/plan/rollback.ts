import { Failure, type Release } from '@wheelhouse/contract'
import { type Caller, requirePermission } from '../../../dispatch/index.ts'
import { allowanceOf } from '../../../inventory/policies/index.ts'
import { type KeptRelease, seesRelease } from '../../releases/index.ts'
import type { DeployRoom } from '../room.ts'
import { leftElsewhere } from './elsewhere.ts'
import { planOf } from './plan.ts'
import { keptInput, keptProject } from './kept-project.ts'
import { type Prepared, prepareSource } from './request.ts'
import { askedProject, requireMachine } from './source.ts'

export interface RollbackAsked {
  readonly stack: string
  readonly environment?: string | undefined
  readonly release?: number | undefined
  readonly database?: boolean | undefined
  readonly skipBackup?: boolean | undefined
  readonly reason?: string | undefined
}

/** Those that this caller may see: the others are not there for them, by name or by number. */
async function seen(room: DeployRoom, stack: string, environment: string | undefined, caller: Caller) {
  const all = await room.releases.store.list({ stack, environment })
  return all.filter((release) => seesRelease(caller, release))
}

async function environmentOf(room: DeployRoom, asked: RollbackAsked, caller: Caller): Promise<string> {
  if (asked.environment !== undefined) return asked.environment
  const found = [...new Set((await seen(room, asked.stack, undefined, caller)).map((release) => release.environment))]
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new Failure('NOT_FOUND', `No release of "${asked.stack}" is kept. Deploy it first.`)
  throw new Failure('NOT_FOUND', `${asked.stack} is in ${found.join(', ')}: name the environment.`)
}

/** Those who may run deployments where it is. Nothing of the release is told to others. */
function requireRun(caller: Caller, { uses }: KeptRelease): void {
  for (const targetId of uses.targetIds) requirePermission(caller, 'deployments.run', { targetId })
  if (uses.targetIds.length === 0) requirePermission(caller, 'deployments.run')
}

/** The release that was asked for, or the newest good one before the one that serves. */
async function chosen(
  room: DeployRoom,
  asked: RollbackAsked,
  environment: string,
  caller: Caller,
): Promise<{ serving: KeptRelease | null; wanted: KeptRelease }> {
  const of = { stack: asked.stack, environment }
  const all = await seen(room, asked.stack, environment, caller)
  const serving = all.length === 0 ? null : await room.releases.store.serving(of)
  // What serves is taken away where it is.
  if (serving !== null) requireRun(caller, serving)
  const good = all.filter((release) => release.state === 'good').toSorted((a, b) => b.number - a.number)
  const kept = good.map((release) => release.number).join(', ')
  if (asked.release === undefined) {
    const before = good.find((release) => serving === null || release.number < serving.number) ?? good[0]
    if (before) return { serving, wanted: before }
    throw new Failure(
      'NOT_FOUND',
      `No earlier release of ${asked.stack} in ${environment} is kept, so there is nothing to return to.`,
    )
  }
  const wanted = all.find((release) => release.number === asked.release)
  if (!wanted) throw new Failure('NOT_FOUND', `Release ${asked.release} is not kept. There are ${kept || 'none'}.`)
  if (wanted.state === 'serving') throw new Failure('STATE_CONFLICT', `Release ${wanted.number} serves already.`)
  if (wanted.state !== 'good')
    throw new Failure(
      'STATE_CONFLICT',
      `Release ${wanted.number} did not pass its checks, so it is not returned to. There are ${kept || 'none'}.`,
    )
  return { serving, wanted }
}

/** The backup that was made just before the release after the wanted one took over: with it the data is as that release left it. */
function backupAfter(releases: readonly Release[], wanted: Release): string | null {
  const next = releases
    .filter((release) => release.number > wanted.number && (release.state === 'good' || release.state === 'serving'))
    .toSorted((a, b) => a.number - b.number)[0]
  return next?.backupId ?? null
}

export async function prepareRollback(room: DeployRoom, asked: RollbackAsked, caller: Caller): Promise<Prepared> {
  const environment = await environmentOf(room, asked, caller)
  const { serving, wanted } = await chosen(room, asked, environment, caller)
  requireRun(caller, wanted)
  const content = await room.releases.store.content(wanted.id)
  if (!content) throw new Failure('NOT_FOUND', `Release ${wanted.number} is not kept any more.`)
  for (const { targetId } of content.placements) requirePermission(caller, 'deployments.run', { targetId })
  if (content.placements.length === 0) requirePermission(caller, 'deployments.run')
  if (asked.database && asked.skipBackup)
    throw new Failure(
      'STATE_CONFLICT',
      'A backup is made before the database is restored, to return to when that fails. Leave the skipping of the backup out.',
    )
  if (content.directory !== null && (content.files.length > 0 || asked.database)) requireMachine(room, caller)
  const projectInput = await keptInput(content, environment)
  const project = await keptProject(room, content, projectInput)
  const releases = await room.releases.store.list({ stack: asked.stack, environment })
  const between = releases.filter(
    (release) =>
      release.migrated && release.number > wanted.number && (release.state === 'good' || release.state === 'serving'),
  )
  const backupId = backupAfter(releases, wanted)
  if (asked.database && backupId === null)
    throw new Failure(
      'STATE_CONFLICT',
      'No backup was made before the next release took over, so the database cannot be brought back with it.',
    )
  const before = serving === null ? null : await room.releases.store.content(serving.id)
  // As the one that serves was brought: what it kept warm is then found.
  const brought = serving?.deploymentId == null ? null : await room.store.get(serving.deploymentId)
  const strategy = brought?.strategy ?? project.strategy
  const plan = await planOf(room, {
    project,
    placements: content.placements,
    strategy,
    apps: [],
    skipped: new Set(asked.skipBackup ? ['backup'] : []),
    previous: serving === null || before === null ? null : { number: serving.number, placements: before.placements },
    notes: [
      ...between.map(
        (release) =>
          `A migration ran with release ${release.number}: release ${wanted.number} may not fit the database as it is now.${
            asked.database ? '' : ' With --database the backup from before it is restored.'
          }`,
      ),
      ...(asked.database
        ? [`The databases go back to backup ${backupId}: what was written since then is lost from them.`]
        : []),
      ...(await leftElsewhere(room, project, content.placements)),
    ],
    rendersFiles: false,
    files: null,
    verb: `Bring back release ${wanted.number} of`,
  })
  const restores = asked.database
    ? [
        {
          verb: 'replace' as const,
          kind: 'database' as const,
          name: `backup ${backupId}`,
          reasons: ['asked for with --database'],
        },
      ]
    : []
  const steps = [...plan.steps, ...filesOf(content.files), ...restores]
  return {
    project,
    plan: { ...plan, steps },
    targets: content.placements
      .map(({ targetId }) => ({ id: targetId, name: room.targets.resolve(targetId).name }))
      .filter((target, index, all) => all.findIndex((other) => other.id === target.id) === index),
    request: {
      kind: 'rollback',
      project: projectInput,
      flags: {
        ...(asked.reason === undefined ? {} : { reason: asked.reason }),
        ...(asked.skipBackup ? { skipBackup: true } : {}),
        strategy,
        force: true,
      },
      apps: [],
      releaseId: wanted.id,
      restoreBackupId: asked.database ? backupId : null,
      allowances: Object.fromEntries(room.targets.list().map((target) => [target.id, allowanceOf(caller, target.id)])),
      by: caller.username,
      userId: caller.userId,
    },
  }
}

const filesOf = (files: readonly { readonly to: string }[]) =>
  files.map(({ to }) => ({
    verb: 'change' as const,
    kind: 'file' as const,
    name: to,
    reasons: ['as that release had it'],
  }))

export interface PromotionAsked {
  readonly stack: string
  readonly from: string
  readonly to: string
  readonly release?: number | undefined
}

export async function preparePromotion(
  room: DeployRoom,
  asked: PromotionAsked & Parameters<typeof prepareSource>[2],
  caller: Caller,
): Promise<Prepared> {
  const of = { stack: asked.stack, environment: asked.from }
  const release =
    asked.release === undefined
      ? await room.releases.store.serving(of)
      : await room.releases.store.byNumber(of, asked.release)
  // One that may not be seen is not there for this caller.
  if (!release || !seesRelease(caller, release))
    throw new Failure(
      'NOT_FOUND',
      `There is no ${asked.release === undefined ? 'serving release' : `release ${asked.release}`} of ${asked.stack} in ${asked.from}.`,
    )
  if (release.state !== 'serving' && release.state !== 'good')
    throw new Failure(
      'STATE_CONFLICT',
      `Release ${release.number} did not pass its checks in ${asked.from}, so it is not promoted.`,
    )
  const content = await room.releases.store.content(release.id)
  if (!content) throw new Failure('NOT_FOUND', 'The release to promote is not kept any more.')
  const input = {
    ...(content.directory === null ? {} : { directory: content.directory }),
    source: content.source,
    environment: asked.to,
  }
  const project = await askedProject(room, input, caller)
  const from = project.manifest?.environments?.[asked.to]?.promote_from
  if (from !== undefined && from !== asked.from)
    throw new Failure('STATE_CONFLICT', `Only releases that serve in ${from} come to ${asked.to}.`)
  return prepareSource(room, project, { ...asked, ...input }, caller, {
    kind: 'promotion',
    releaseId: release.id,
    verb: `Promote release ${release.number} of ${asked.from} of`,
  })
}
