import { type Deployment, type DeploymentFlags, Failure, type Plan, type Release } from '@wheelhouse/contract'
import { type Caller, requirePermission } from '../../../dispatch/index.ts'
import { type Allowance, allowanceOf } from '../../../inventory/policies/index.ts'
import { type Project, type ProjectInput } from '../../stacks/index.ts'
import type { Placement } from '../../releases/index.ts'
import type { DeployRequest } from '../request.ts'
import type { DeployRoom } from '../room.ts'
import { leftElsewhere } from './elsewhere.ts'
import { type PlacementOptions, placementsOf, targetsFor } from './placements.ts'
import { planOf } from './plan.ts'
import { askedProject } from './source.ts'
import { templatesOf } from './templates-of.ts'

/** A run as it would be: who may, what it does, and where. */
export interface Prepared {
  readonly project: Project
  readonly plan: Plan
  readonly request: DeployRequest
  readonly targets: Deployment['targets']
}

type Asked = ProjectInput & DeploymentFlags & { readonly apps?: readonly string[] | undefined }

function projectInput(asked: Asked, project: Project): ProjectInput {
  return {
    ...(asked.directory === undefined ? {} : { directory: project.directory ?? asked.directory }),
    ...(project.file === null ? {} : { manifest: project.file }),
    // As it is now: what is changed while the run waits is not part of it.
    source: project.source,
    environment: project.environment,
    ...(asked.variables === undefined ? {} : { variables: asked.variables }),
    ...(asked.target === undefined ? {} : { target: asked.target }),
  }
}

function requireSound(project: Project): void {
  const errors = project.problems.filter((problem) => problem.severity === 'error')
  const [first] = errors
  if (!first) return
  const where = first.line === null ? `${first.path}: ` : `line ${first.line}: `
  const more = errors.length > 1 ? ` ${errors.length - 1} more are in the details.` : ''
  throw new Failure('STACK_INVALID', `The manifest has errors. ${where}${first.message}${more}`, {
    problems: project.problems,
  })
}

function chosenApps(project: Project, asked: readonly string[] | undefined): string[] {
  const apps = Object.entries(project.manifest?.apps ?? {})
  const unknown = asked?.find((name) => !apps.some(([app]) => app === name))
  if (unknown !== undefined)
    throw new Failure(
      'STACK_INVALID',
      `There is no app "${unknown}". The manifest has ${apps.map(([name]) => name).join(', ') || 'none'}.`,
    )
  if (asked !== undefined && asked.length > 0) return [...asked]
  return apps.filter(([, app]) => app.optional !== true).map(([name]) => name)
}

/** Folders and images as they are now stand for those that a build will make. */
async function foreseen(
  room: DeployRoom,
  project: Project,
  previous: Release | null,
  how: Pick<PlacementOptions, 'allowances' | 'strategy'>,
): Promise<{ placements: Placement[]; notes: string[] }> {
  const content = previous === null ? null : await room.releases.store.content(previous.id)
  const apps = Object.keys(project.manifest?.apps ?? {})
  const folders = Object.fromEntries(apps.map((app) => [app, content?.folders[app]?.path ?? project.directory ?? '/']))
  return placementsOf(
    room,
    project,
    {
      folders,
      images: Object.fromEntries(apps.map((app) => [app, content?.images[app] ?? `wheelhouse/${app}:unbuilt`])),
      serve: Object.fromEntries(apps.map((app) => [app, ['{port}']])),
    },
    { ...how, pushed: content?.pushed ?? {}, before: content },
  )
}

function allowancesOf(room: Pick<DeployRoom, 'targets'>, caller: Caller): Record<string, Allowance> {
  return Object.fromEntries(room.targets.list().map((target) => [target.id, allowanceOf(caller, target.id)]))
}

function targetsOf(room: DeployRoom, project: Project, caller: Caller): Deployment['targets'] {
  const rendered = project.render({
    folders: Object.fromEntries(
      Object.keys(project.manifest?.apps ?? {}).map((app) => [app, project.directory ?? '/']),
    ),
    images: {},
    serve: Object.fromEntries(Object.keys(project.manifest?.apps ?? {}).map((app) => [app, ['{port}']])),
  })
  const found = new Map<string, string>()
  for (const part of ['processes', 'containers'] as const) {
    if (rendered[part] === null) continue
    for (const target of targetsFor(room, project, part)) found.set(target.id, target.name)
  }
  for (const targetId of found.keys()) requirePermission(caller, 'deployments.run', { targetId })
  if (found.size === 0) requirePermission(caller, 'deployments.run')
  return [...found].map(([id, name]) => ({ id, name }))
}

const skippedOf = (project: Project, flags: DeploymentFlags): Set<string> =>
  new Set([
    ...(project.manifest?.pipeline?.skip ?? []),
    ...(flags.skip ?? []),
    ...(flags.skipBackup ? ['backup'] : []),
    ...(flags.skipBuild ? ['build'] : []),
    ...(flags.skipTests ? ['test'] : []),
  ])

const flagNames = [
  'strategy',
  'skipBackup',
  'skipBuild',
  'skipTests',
  'skip',
  'force',
  'rollbackOnError',
  'rollbackDatabase',
  'parallel',
  'reason',
] as const satisfies readonly (keyof DeploymentFlags)[]

export const flagsOf = (asked: DeploymentFlags): DeploymentFlags =>
  Object.fromEntries(flagNames.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])))

export async function prepareDeploy(room: DeployRoom, asked: Asked, caller: Caller): Promise<Prepared> {
  const project = await askedProject(room, asked, caller)
  requireSound(project)
  const source = project.manifest?.environments?.[project.environment]?.promote_from
  if (source !== undefined)
    throw new Failure(
      'STATE_CONFLICT',
      `Only releases that serve in ${source} come to ${project.environment}: wh promote ${project.name} --from ${source} --to ${project.environment}.`,
    )
  return prepareSource(room, project, asked, caller, { kind: 'deploy', releaseId: null, verb: 'Deploy' })
}

export async function prepareSource(
  room: DeployRoom,
  project: Project,
  asked: Asked,
  caller: Caller,
  how: { readonly kind: 'deploy' | 'promotion'; readonly releaseId: string | null; readonly verb: string },
): Promise<Prepared> {
  const allowances = allowancesOf(room, caller)
  const targets = targetsOf(room, project, caller)
  const flags = flagsOf(asked)
  const strategy = flags.strategy ?? project.strategy
  const apps = how.kind === 'deploy' ? chosenApps(project, asked.apps) : []
  const of = { stack: project.name, environment: project.environment }
  const previous = await room.releases.store.serving(of)
  const { placements, notes } = await foreseen(room, project, previous, { allowances, strategy })
  const before = previous === null ? null : await room.releases.store.content(previous.id)
  const plan = await planOf(room, {
    project,
    placements,
    strategy,
    apps,
    skipped: skippedOf(project, flags),
    previous: previous === null || before === null ? null : { number: previous.number, placements: before.placements },
    notes: [...notes, ...(await leftElsewhere(room, project, placements))],
    rendersFiles: true,
    files: templatesOf(project, asked.apps ?? [], before?.artefacts.map((artefact) => artefact.app) ?? []),
    verb: how.verb,
  })
  const request: DeployRequest = {
    kind: how.kind,
    project: projectInput(asked, project),
    flags,
    apps: asked.apps ?? [],
    releaseId: how.releaseId,
    restoreBackupId: null,
    allowances,
    by: caller.username,
    userId: caller.userId,
  }
  return { project, plan, request, targets }
}
