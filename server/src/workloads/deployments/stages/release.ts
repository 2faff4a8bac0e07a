import { Failure, type Release } from '@wheelhouse/contract'
import type { WorkloadSpec } from '@wheelhouse/driver'
import { randomUUID } from 'node:crypto'
import { join, relative } from 'node:path'
import type { ReleaseContent, ReleaseFile, ReleaseFolder } from '../../releases/index.ts'
import { pool, type Project } from '../../stacks/index.ts'
import { builderOf, type BuiltApp } from '../build/build-app.ts'
import { foldersIn, shortHash } from '../build/folders.ts'
import { revisionOf } from '../build/revision.ts'
import { placementsOf } from '../plan/placements.ts'
import type { Run } from '../saga/run.ts'
import { builtApps, keptApp } from './build.ts'
import { pushImages } from '../swarm/push-images.ts'

/** One host feeds all of them. */
const transfersAtOnce = 2

/**
 * Has everything ready that can be had without touching what runs: the record of the release, its networks and volumes, its folders,
 * its images. Done once; called by the first stage that needs it, so that nothing is stopped before.
 */
export async function prepareRelease(run: Run): Promise<ReleaseContent> {
  if (run.request.kind === 'rollback') await takeKept(run)
  else await makeNew(run)
  const content = await run.content()
  for (const { targetId, rendered } of content.placements)
    for (const spec of rendered.resources)
      await run.step('resource.ensure', `${spec.kind} ${spec.name} on ${targetId}`, { targetId, spec })
  for (const { targetId, objects } of content.placements)
    for (const object of objects ?? [])
      await run.step('object.make', `${object.kind} ${object.as} on ${targetId}`, {
        targetId,
        releaseId: run.deployment.release!.id,
        ...object,
      })
  for (const [app, folder] of Object.entries(content.folders)) {
    await run.step('folder.make', folderStep(app), { releaseId: run.deployment.release!.id, app, path: folder.path })
  }
  await bringImages(run, content)
  for (const { targetId, rendered } of content.placements) {
    const connection = run.room.targets.connection(targetId)
    for (const { spec } of rendered.workloads)
      await connection.prepare?.(spec, (text) => run.log(text, spec.service), run.signal)
  }
  return content
}

/** Built by one engine, run by several: each image goes to all whose services run it, which on a Swarm without a registry is every node. */
async function bringImages(run: Run, content: ReleaseContent): Promise<void> {
  const wanted = content.placements.flatMap(({ targetId, rendered }) => {
    const images = new Set(rendered.workloads.map(({ spec }) => imageOf(spec)))
    const engines =
      run.room.targets.resolve(targetId).kind === 'swarm' ? run.room.swarms.enginesOf(targetId) : [targetId]
    return content.artefacts.flatMap(({ app, kind, digest }) => {
      const image = content.images[app] ?? digest
      if (kind !== 'image' || !images.has(image)) return []
      return engines.map((engine) => ({
        targetId: engine,
        app,
        image,
        digest,
        content: content.imageContents?.[app] ?? null,
      }))
    })
  })
  await pool(wanted, transfersAtOnce, async (one) => {
    await run.step('image.bring', `image of ${one.app} on ${one.targetId}`, one)
  })
}

const imageOf = (spec: WorkloadSpec): string | null => (spec.kind === 'process' ? null : spec.image)

const folderStep = (app: string): string => `folder of ${app}`

/** Brings the database to the release: what a rollback restores, and what migrations change. */
export async function release(run: Run): Promise<string> {
  const content = await prepareRelease(run)
  const { number } = run.deployment.release!
  if (run.request.restoreBackupId !== null) {
    await run.step('database.restore', 'database', {
      backupId: run.request.restoreBackupId,
      safetyId: run.deployment.backupId,
    })
    return `release ${number}, with the database of backup ${run.request.restoreBackupId}`
  }
  if (run.request.kind === 'rollback') return `release ${number} as it was`
  // What serves from the very same folder ran them. That a folder is there is no proof: what made it may have been cut off, or failed.
  const { previous } = run.deployment
  const before = previous === null ? null : await run.contentOf(previous.id).catch(() => null)
  const fresh = Object.entries(content.folders).flatMap(([app, { path }]) =>
    before?.folders[app]?.path === path ? [] : [app],
  )
  const migrated = await runReleaseCommands(run, content, fresh)
  return `release ${number}${migrated ? ', a migration ran' : ''}`
}

async function takeKept(run: Run): Promise<void> {
  const id = run.request.releaseId
  const kept = id === null ? null : await run.room.releases.store.get(id)
  if (!kept) throw new Failure('NOT_FOUND', 'This release is not kept any more.')
  // Another run, ahead in the queue, may have brought it already.
  if (kept.id === run.deployment.previous?.id)
    throw new Failure('STATE_CONFLICT', `Release ${kept.number} serves already.`)
  await run.change({ release: { id: kept.id, number: kept.number } })
}

async function makeNew(run: Run): Promise<void> {
  const { room } = run
  const project = await run.project()
  const noted = run.journal.find('release')
  const releaseId = noted ? String(noted.args.releaseId) : randomUUID()
  const number = noted ? Number(noted.args.number) : await room.releases.store.nextNumber(run.deployment)
  const { built, promoted } = await builtFor(run)
  const pushed = await pushImages(run, project, built)
  run.makeRelease = () => describe(run, project, { id: releaseId, number, built, promoted, pushed })
  await run.step('release.add', 'release', { releaseId, number })
  await run.change({ release: { id: releaseId, number } })
}

interface Made {
  readonly built: readonly BuiltApp[]
  readonly promoted: { readonly release: Release } | null
}

async function builtFor(run: Run): Promise<Made> {
  const promoted = run.request.kind === 'promotion' ? await promotedFrom(run) : null
  return { promoted, built: promoted?.built ?? (await builtApps(run)) }
}

async function describe(
  run: Run,
  project: Project,
  made: Made & { readonly id: string; readonly number: number; readonly pushed: Readonly<Record<string, string>> },
): Promise<{ release: Release; content: ReleaseContent }> {
  const { room, deployment } = run
  const { id, number, built, promoted, pushed } = made
  const before = await beforeOf(run, built)
  const files = await filesOf(run, before)
  const folders = { ...foldersOf(run, project, built, files), ...before.folders }
  const images = Object.fromEntries(
    built.flatMap((app) => (app.kind === 'image' ? [[app.app, app.tag ?? app.digest]] : [])),
  )
  const { placements } = await placementsOf(
    room,
    project,
    {
      folders: Object.fromEntries(Object.entries(folders).map(([app, folder]) => [app, folder.path])),
      images,
      serve: servesOf(run, project),
    },
    {
      allowances: run.request.allowances,
      strategy: deployment.strategy,
      pushed,
      before: deployment.previous === null ? null : await run.contentOf(deployment.previous.id).catch(() => null),
    },
  )
  const config = project.config
  const imageContents = Object.fromEntries(
    built.flatMap(({ app, content: told }) => (typeof told === 'string' ? [[app, told]] : [])),
  )
  const artefacts = built.map(({ tag: _tag, content: _content, ...artefact }) => artefact)
  const content: ReleaseContent = {
    name: project.name,
    stackName: project.stack,
    directory: project.directory,
    manifestFile: project.file,
    source: project.source,
    placements,
    files,
    folders,
    images,
    imageContents,
    pushed,
    artefacts,
    secretKeys: [...(config?.secretKeys ?? [])],
    values: config?.values ?? {},
    variables: run.request.project?.variables ?? {},
    config: config === null ? null : { set: config.setName, version: config.version },
  }
  const release: Release = {
    id,
    number,
    stack: deployment.stack,
    environment: deployment.environment,
    state: 'candidate',
    pinned: false,
    artefacts,
    services: placements.flatMap(({ rendered }) =>
      rendered.workloads.map(({ spec }) => ({
        name: spec.name,
        image: imageOf(spec),
        digest: spec.digest,
      })),
    ),
    config: config === null ? null : { set: config.setName, version: config.version },
    secrets: config === null ? [] : [...config.secretKeys].map((name) => ({ name, version: config.version })),
    template: null,
    source: promoted?.release.source ?? (await revisionOf(project.directory, run.signal)),
    migrated: false,
    backupId: deployment.backupId,
    sizeBytes: artefacts.reduce((sum, artefact) => sum + artefact.sizeBytes, 0),
    promotedFrom: promoted ? { environment: promoted.release.environment, number: promoted.release.number } : null,
    deploymentId: deployment.id,
    createdAt: new Date().toISOString(),
    createdBy: run.request.by,
  }
  return { release, content }
}

/** What a run that names only some apps leaves of the others: the folders they run in, and the config files they have. */
interface Before {
  readonly folders: Record<string, ReleaseFolder>
  readonly files: readonly ReleaseFile[]
}

async function beforeOf(run: Run, built: readonly BuiltApp[]): Promise<Before> {
  const { previous } = run.deployment
  const named = run.request.apps
  if (previous === null || named.length === 0 || run.request.kind !== 'deploy') return { folders: {}, files: [] }
  const content = await run.contentOf(previous.id).catch(() => null)
  const others = built.filter(({ app, digest }) => !named.includes(app) && content?.folders[app]?.artefact === digest)
  return {
    folders: Object.fromEntries(others.map(({ app }) => [app, content!.folders[app]!])),
    files: content?.files ?? [],
  }
}

/** The config files of the release: those of the apps that it is about anew, of the others as they were. */
async function filesOf(run: Run, before: Before): Promise<ReleaseFile[]> {
  const rendered = (await run.rendered()).map(({ app, to, mode, text }) => ({ app, to, mode, text }))
  const own = new Set(rendered.map(({ to }) => to))
  const kept = before.files.filter(({ to }) => !own.has(to))
  if (run.request.apps.length === 0) return rendered
  const known = new Set([...own, ...kept.map(({ to }) => to)])
  const project = await run.project()
  if ((project.manifest?.config?.templates ?? []).every(({ to }) => known.has(to))) return [...rendered, ...kept]
  // One that never had any gets what it would have with all apps.
  const all = await run.room.configs.render(project, null)
  const missing = all.filter(({ to }) => !known.has(to)).map(({ app, to, mode, text }) => ({ app, to, mode, text }))
  return [...rendered, ...kept, ...missing]
}

/** The very artefacts of another environment's release, with the config of this one. */
async function promotedFrom(run: Run): Promise<{ release: Release; built: BuiltApp[] }> {
  const id = run.request.releaseId
  const release = id === null ? null : await run.room.releases.store.get(id)
  const content = id === null ? null : await run.room.releases.store.content(id)
  if (!release || !content) throw new Failure('NOT_FOUND', 'The release to promote is not kept any more.')
  const built = release.artefacts.map((artefact) => keptApp(artefact, content))
  return { release, built }
}

function servesOf(run: Run, project: Project): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(project.manifest?.apps ?? {}).flatMap(([name, entry]) => {
      const { builder, options } = builderOf(run.room, name, entry)
      const argv = builder.serve?.(options)
      return argv === undefined ? [] : [[name, argv] as const]
    }),
  )
}

/** Each app's folder is called by what is in it: the same artefact with the same config is the same folder, and its services go on. */
function foldersOf(
  run: Run,
  project: Project,
  built: readonly BuiltApp[],
  files: readonly ReleaseFile[],
): Record<string, ReleaseFolder> {
  const at = foldersIn(run.room.settings.data)
  const { stack, environment } = run.deployment
  return Object.fromEntries(
    built.flatMap((app): [string, ReleaseFolder][] => {
      if (app.kind === 'image') return []
      const entry = project.manifest?.apps?.[app.app]
      const source = entry?.path ?? `apps/${app.app}`
      const own = files
        .filter((file) => file.app === app.app || (file.app === null && !relative(source, file.to).startsWith('..')))
        .map((file) => ({ path: relative(source, file.to), mode: file.mode, text: file.text }))
        .filter((file) => !file.path.startsWith('..'))
      const shared = (entry?.shared ?? []).map((path) => ({
        path: path.replace(/\/$/, ''),
        from: join(at.shared(stack, environment, app.app), path.replace(/\/$/, '')),
        folder: path.endsWith('/'),
      }))
      const path = at.app(stack, environment, app.app, shortHash([app.digest, own, shared]))
      return [[app.app, { path, artefact: app.digest, files: own, shared }]]
    }),
  )
}

/** Migrations and caches, in the folder of the release, before its services start. Answers whether a database was changed. */
async function runReleaseCommands(run: Run, content: ReleaseContent, fresh: readonly string[]): Promise<boolean> {
  const { manifest } = await run.project()
  const restores = run.request.flags.rollbackDatabase ?? manifest?.pipeline?.rollback?.database ?? false
  let migrated = false
  for (const [app, folder] of Object.entries(content.folders)) {
    const entry = manifest?.apps?.[app]
    if (!entry || !fresh.includes(app)) continue
    const { builder, options } = builderOf(run.room, app, entry)
    for (const [index, step] of builder.release(options).entries()) {
      run.task(app, 'running', step.title)
      const args = {
        title: step.title,
        argv: [...step.argv],
        undo: step.undo === undefined ? null : [...step.undo],
        directory: step.directory === undefined ? folder.path : join(folder.path, step.directory),
        release: run.deployment.release!.id,
        task: app,
        nothingDone: step.migrates?.nothingDone.source ?? null,
      }
      const id = `release of ${app} ${index + 1}`
      if (!step.migrates) await run.step('command.run', id, args)
      else {
        const done = await run.step('app.migrate', id, {
          ...args,
          restoreFrom: restores ? run.deployment.backupId : null,
        })
        if (done.changed) {
          migrated = true
          await noteMigration(run)
        }
      }
    }
    run.task(app, 'done')
  }
  return migrated
}

async function noteMigration(run: Run): Promise<void> {
  await run.change({ migrated: true })
  await run.room.releases.store.noteMigrated(run.deployment.release!.id)
}
