import { Failure, type Service } from '@wheelhouse/contract'
import { access, constants, mkdir } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import type { BackupPlan, Backups, PlaceSpec } from '../../backups/index.ts'
import { resolveInside, type StackTargets } from '../../stacks/index.ts'
import type { BackupRequest } from '../backup-request.ts'
import { foldersIn } from '../build/folders.ts'
import { targetsFor } from '../plan/placements.ts'
import type { BackupPort } from '../room.ts'

const usualPorts = { mysql: 3306, postgres: 5432 } as const

export interface BackupPlaces {
  readonly targets: StackTargets
  /** Absolute: where backups are kept unless the manifest names another place. */
  readonly folder: string
  /** Absolute: the data folder, in which releases share what outlives them. */
  readonly data: string
}

function placeOf({ project }: BackupRequest, { folder }: BackupPlaces): PlaceSpec {
  const to = project.manifest?.backup?.to
  if (to === undefined) return { kind: 'folder', path: folder }
  if (typeof to !== 'string') {
    const { s3 } = to
    return {
      kind: 's3',
      bucket: s3.bucket,
      prefix: s3.prefix ?? '',
      region: s3.region ?? 'us-east-1',
      endpoint: s3.endpoint ?? null,
      accessKey: s3.access_key ?? null,
      secretKey: s3.secret_key ?? null,
    }
  }
  return { kind: 'folder', path: isAbsolute(to) ? to : resolve(project.directory ?? '/', to) }
}

/** The container that a database runs in, by its name in the Compose file. */
function containerOf(
  { project }: BackupRequest,
  places: BackupPlaces,
  service: string,
): { targetId: string; nativeId: string } {
  const found = places.targets
    .list()
    .flatMap((target) => places.targets.services(target.id))
    .find((one: Service) => one.stack === project.stack && one.stackService === service && one.kind === 'container')
  if (!found)
    throw new Failure(
      'STATE_CONFLICT',
      `The container ${service}, in which the database is dumped, is not there. Start it first.`,
    )
  return { targetId: found.targetId, nativeId: places.targets.nativeId(found) }
}

async function insideOf(directory: string, path: string): Promise<string | null> {
  return isAbsolute(path) ? path : await resolveInside(directory, path)
}

/** Where a path of the manifest really is: what an app shares between its releases is not in its source. */
async function sharedOf({ project }: BackupRequest, { data }: BackupPlaces, written: string): Promise<string> {
  for (const [name, app] of Object.entries(project.manifest?.apps ?? {})) {
    const inApp = relative(app.path ?? `apps/${name}`, written)
    const isShared = (app.shared ?? []).some(
      (one) => (one.endsWith('/') && `${inApp}/`.startsWith(one)) || inApp === one,
    )
    if (!isShared) continue
    const path = join(foldersIn(data).shared(project.name, project.environment, name), inApp)
    // Before the first release there is only the source.
    if ((await stat(path).catch(() => null)) !== null) return path
  }
  return written
}

async function userFilesOf(request: BackupRequest, places: BackupPlaces, directory: string) {
  const written = request.project.manifest?.backup?.files ?? []
  const found = await Promise.all(
    written.map(async (name) => {
      const path = await sharedOf(request, places, name)
      return path === name ? filesOf(directory, [name]) : [{ path, name: normalize(name) }]
    }),
  )
  return found.flat()
}

async function filesOf(directory: string, paths: readonly string[]): Promise<{ path: string; name: string }[]> {
  const found: { path: string; name: string }[] = []
  for (const written of paths) {
    const path = await insideOf(directory, written)
    // What is not there yet has nothing to lose.
    if (path === null || (await stat(path).catch(() => null)) === null) continue
    found.push({
      path,
      name: isAbsolute(written) ? written.replace(/^\/+/, '').replaceAll('/', '_') : relative(directory, path) || 'all',
    })
  }
  return found
}

/** What a backup of a project holds, by its manifest. Throws Failure. */
export async function backupPlanOf(request: BackupRequest, places: BackupPlaces): Promise<BackupPlan> {
  const { project } = request
  const { directory, manifest } = project
  if (directory === null)
    throw new Failure('STACK_INVALID', 'A backup needs the folder of the stack on the machine of the control plane.')
  const entry = manifest?.backup
  const master = project.configSource?.file
  const templates = manifest?.config?.templates ?? []
  const apps: BackupPlan['apps'][number][] = []
  const made: string[] = []
  for (const template of templates) {
    const app =
      template.app ??
      Object.entries(manifest?.apps ?? {}).find(([name, one]) =>
        template.to.startsWith(`${one.path ?? `apps/${name}`}/`),
      )?.[0]
    const path = await resolveInside(directory, template.to)
    if (path === null) continue
    if (app === undefined) made.push(template.to)
    else apps.push({ app, path, name: relative(join(directory, manifest?.apps?.[app]?.path ?? `apps/${app}`), path) })
  }
  const volumes = (entry?.volumes ?? []).flatMap((volume) => {
    const rendered = project.render({ folders: {}, images: {}, serve: {} }).containers
    const spec = rendered?.resources.find(
      (one) => one.kind === 'volume' && (one.name === volume || one.name === `${project.stack}_${volume}`),
    )
    return targetsFor(places, project, 'containers').map((target) => ({
      targetId: target.id,
      volume: spec?.name ?? volume,
    }))
  })
  return {
    stack: project.name,
    environment: project.environment,
    directory,
    description: request.description,
    createdBy: request.by,
    deploymentId: request.deploymentId,
    version: request.version,
    place: placeOf(request, places),
    encrypt: entry?.encrypt ?? 'auto',
    configs: await filesOf(directory, [
      ...new Set([...(master === undefined ? [] : [master]), ...made, ...(entry?.configs ?? [])]),
    ]),
    apps,
    databases: request.database
      ? (entry?.databases ?? []).map((database) => ({
          name: database.name,
          engine: database.engine,
          host: database.host ?? '127.0.0.1',
          port: database.port ?? usualPorts[database.engine],
          username: database.username ?? (database.engine === 'mysql' ? 'root' : 'postgres'),
          password: database.password ?? '',
          service: database.service === undefined ? null : containerOf(request, places, database.service),
        }))
      : [],
    files: request.files ? await userFilesOf(request, places, directory) : [],
    volumes: request.files ? volumes : [],
  }
}

/** One level after the other: where folders cannot be made, as below /proc, making all at once may never come back. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return null
  })
  if (found !== null) return
  await makeFolder(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** Backups of deployments, by the domain that makes them. */
export function backupPort(backups: Pick<Backups, 'create' | 'restore'>, places: BackupPlaces): BackupPort {
  return {
    create: async (request, context) => backups.create(await backupPlanOf(request, places), context),
    async restoreDatabases(backupId, context) {
      await backups.restore(backupId, { onlyDatabase: true, evenIfBusy: true, by: 'deployment' }, context)
    },
    async writable(request) {
      const place = placeOf(request, places)
      if (place.kind === 's3') return { ok: true, message: `s3://${place.bucket}/${place.prefix}` }
      try {
        await makeFolder(place.path)
        await access(place.path, constants.W_OK)
        return { ok: true, message: place.path }
      } catch (error) {
        return {
          ok: false,
          message: `${place.path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        }
      }
    },
  }
}
