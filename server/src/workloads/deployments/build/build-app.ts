import { type Builder, type BuildContext, createStepRunner, type ImageBuild } from '@wheelhouse/builders/builder'
import { type Artefact, Failure } from '@wheelhouse/contract'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest, Project, StackTarget } from '../../stacks/index.ts'
import { resolveInside } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import type { Variables } from '../saga/step-kinds.ts'
import { Artefacts } from './artefacts.ts'
import { contextTar } from './context-tar.ts'
import { onDiskOf } from './disk-full.ts'
import { foldersIn } from './folders.ts'
import { copyTree, digestTree } from './tree.ts'

export type AppEntry = NonNullable<Manifest['apps']>[string]

/** What is never part of a source. */
const always = ['.git', '.hg', '.svn']

export interface AppBuild {
  readonly room: DeployRoom
  readonly deploymentId: string
  readonly project: Project
  readonly name: string
  readonly entry: AppEntry
  readonly variables: Variables
  readonly signal: AbortSignal
  log(stream: 'stdout' | 'stderr' | 'system', text: string): void
  state(message: string): void
}

export interface BuiltApp extends Artefact {
  /** Of an image: its name, and what tells it on every engine. */
  readonly tag: string | null
  readonly content?: string | null
}

/** Builder and options of an app. Throws Failure STACK_INVALID with what is allowed. */
export function builderOf(
  room: Pick<DeployRoom, 'builders'>,
  name: string,
  entry: AppEntry,
): { builder: Builder; options: unknown } {
  const builder = room.builders.get(entry.builder)
  if (!builder)
    throw new Failure(
      'STACK_INVALID',
      `apps.${name}.builder: there is no builder "${entry.builder}". Use ${[...room.builders.keys()].join(', ')}.`,
    )
  const parsed = builder.schema.safeParse(entry.options ?? {})
  if (parsed.success) return { builder, options: parsed.data }
  const issue = parsed.error.issues[0]
  throw new Failure(
    'STACK_INVALID',
    `apps.${name}.options.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not fit'}. See docs/builders.md.`,
  )
}

export async function sourceOf(project: Project, name: string, entry: AppEntry): Promise<string> {
  if (project.directory === null)
    throw new Failure(
      'STACK_INVALID',
      `apps.${name}: apps are built from a folder. Deploy from the folder of the manifest.`,
    )
  const path = entry.path ?? `apps/${name}`
  const source = await resolveInside(project.directory, path)
  if (source === null)
    throw new Failure('STACK_INVALID', `apps.${name}.path: there is no folder ${path} in ${project.directory}.`)
  return source
}

/** Builds one app out of a private copy of its source, or finds what the very same source was built to before. */
export async function buildApp(build: AppBuild): Promise<BuiltApp> {
  const { room, project, name, entry, signal } = build
  const { builder, options } = builderOf(room, name, entry)
  const source = await sourceOf(project, name, entry)
  const folders = foldersIn(room.settings.data)
  const artefacts = new Artefacts(folders.artefacts)
  const ignore = [...always, ...builder.ignore(options), ...(entry.exclude ?? [])]
  const environment = Object.fromEntries(
    Object.entries(entry.environment ?? {}).map(([key, value]) => [key, String(value ?? '')]),
  )
  const secrets = Object.fromEntries((entry.secrets ?? []).map((key) => [key, secretOf(build, key)]))
  const workspace = folders.workspace(build.deploymentId, name)
  build.state('copies the source')
  await onDiskOf(workspace, () => copyTree(source, workspace, ignore, signal))
  const before = await digestTree(workspace, [], signal)
  const input = `sha256:${createHash('sha256')
    .update(
      JSON.stringify([before.digest, builder.name, options, environment, Object.keys(secrets), secretsMark(secrets)]),
    )
    .digest('hex')}`
  try {
    const known = await artefacts.madeFrom(input)
    if (known) {
      build.log('system', `The source is as it was: ${known.digest.slice(0, 19)} is taken again.`)
      return { app: name, builder: builder.name, kind: 'directory', ...known, reused: true, tag: null }
    }
    const cache = folders.cache(project.name, name)
    await mkdir(cache, { recursive: true, mode: 0o700 })
    const runner = createStepRunner({ directory: workspace, environment, secrets, signal, log: build.log })
    let content: string | null = null
    const context: BuildContext = {
      directory: workspace,
      cache,
      app: name,
      stack: project.name,
      environment,
      secrets,
      signal,
      log: build.log,
      run: async (step) => {
        build.state(step.title)
        build.log('system', `$ ${step.argv.join(' ')}`)
        await runner(step)
      },
      buildImage: imageBuilder(build, (made) => (content = made)),
    }
    const built = await builder.build(options, context)
    if (built.kind === 'image')
      return {
        app: name,
        builder: builder.name,
        kind: 'image',
        digest: built.id,
        sizeBytes: built.sizeBytes,
        reused: false,
        tag: built.tag,
        content,
      }
    build.state('keeps the artefact')
    const kept = await artefacts.keep(built.directory, built.exclude, signal)
    await artefacts.noteMadeFrom(input, kept)
    return { app: name, builder: builder.name, kind: 'directory', ...kept, reused: false, tag: null }
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

function secretOf(build: AppBuild, key: string): string {
  const { environment, secrets } = build.variables
  const value = secrets[key] ?? environment[key]
  if (value !== undefined) return value
  throw new Failure('STACK_INVALID', `apps.${build.name}.secrets: the config has no value ${key}.`)
}

/** Another secret makes another artefact; the mark stays on this machine, inside a hash of the whole input. */
const secretsMark = (secrets: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(secrets)).digest('hex')

/** Engines among the targets of a project, and those that are nodes of a Swarm among them. */
function enginesOf(room: Pick<DeployRoom, 'targets' | 'swarms'>, project: Project): StackTarget[] {
  const all = room.targets.list()
  const named = ({ id, name }: StackTarget): boolean =>
    project.targets === null || project.targets.includes(name) || project.targets.includes(id)
  const swarms = all.filter((target) => target.kind === 'swarm' && project.targets !== null && named(target))
  const nodes = new Set(swarms.flatMap(({ id }) => room.swarms.enginesOf(id)))
  return all.filter((target) => target.kind === 'docker' && (named(target) || nodes.has(target.id)))
}

/** The first engine of the deployment's targets that is heard builds; the others get the image from it. */
function imageBuilder(build: AppBuild, made: (content: string | null) => void): BuildContext['buildImage'] {
  const { room, project, signal } = build
  const engines = enginesOf(room, project)
  const engine = engines.find(({ state }) => state === 'connected') ?? engines[0]
  if (!engine) return null
  return async (image: ImageBuild) => {
    const connection = room.targets.connection(engine.id)
    if (!connection.build)
      throw new Failure('CAPABILITY_MISSING', `${engine.name} builds no images. Choose a target with a Docker engine.`)
    const repository = image.tag.slice(0, image.tag.lastIndexOf(':'))
    // The same when the run builds again after it was cut off, so that it takes away what the cut build left under it.
    const underWay = `${repository}:${build.deploymentId.replaceAll('-', '').slice(0, 12)}`
    build.state(`builds ${repository} on ${engine.name}`)
    const ignored = await readFile(join(image.context, '.dockerignore'), 'utf8').catch(() => '')
    const context = contextTar(image.context, ignored, image.dockerfile)
    const built = await connection.build(
      { ...image, tag: underWay },
      context,
      (text) => build.log('stdout', text),
      signal,
    )
    // By its content: the same image is the same service, which then goes on, and no release takes the image of another.
    const tag = `${repository}:${built.id.replace('sha256:', '').slice(0, 16)}`
    await connection.tagImage?.(built.id, tag)
    await connection.removeImage?.(underWay)
    made((await connection.findImage?.(tag, signal))?.content ?? null)
    return { ...built, tag }
  }
}

/** Takes away the image of a run that came to no release: nothing else would. */
export async function dropImage(room: DeployRoom, project: Project, built: BuiltApp): Promise<boolean> {
  if (built.kind !== 'image' || built.tag === null) return false
  const releases = await room.releases.store.list({})
  if (releases.some((release) => release.artefacts.some((artefact) => artefact.digest === built.digest))) return false
  for (const engine of enginesOf(room, project)) await room.targets.connection(engine.id).removeImage?.(built.tag)
  return true
}
