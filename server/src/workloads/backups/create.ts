import { type Backup, Failure } from '@wheelhouse/contract'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { packFolder } from './archive/folder-tar.ts'
import type { BackupPlan, DatabaseSpec, RunContext } from './backup-plan.ts'
import { openDatabaseOf } from './database/index.ts'
import { checksumsName, checksumsText, metadataName, metadataText } from './metadata.ts'
import { partNames, type PartRecord, sizeText } from './part.ts'
import { sealedEnding, writePart } from './part-stream.ts'
import { openPlace, type Place, type Writing } from './place/index.ts'
import type { BackupRoom } from './room.ts'
import { type BackupRecord, backupView } from './store.ts'

const beatMs = 15_000

type Draft = Pick<PartRecord, 'kind' | 'from' | 'owner' | 'volume'> & {
  readonly what: string
  readonly name: string
  readonly gzip: boolean
  source(signal: AbortSignal): Promise<{
    readonly stream: AsyncIterable<Uint8Array>
    readonly owner?: PartRecord['owner']
    /** Known once the stream has ended. */
    database?(): PartRecord['database']
  }>
}

/** `auto` leaves plain only what users have put there themselves. */
const isSealed = (kind: PartRecord['kind'], encrypt: BackupPlan['encrypt']): boolean =>
  encrypt === 'always' || (encrypt === 'auto' && kind !== 'files')

function drafts(room: BackupRoom, plan: BackupPlan, record: BackupRecord): Draft[] {
  const nameOf = partNames()
  const day = record.id.slice(0, 10)
  const file = (kind: 'config' | 'app', folder: string, path: string, name: string): Draft => ({
    kind,
    from: path,
    what: path,
    gzip: false,
    name: nameOf(folder, name),
    source: () => readFile(path),
  })
  const database = (spec: DatabaseSpec): Draft => ({
    kind: 'database',
    from: `${spec.engine}://${spec.host}:${spec.port}/${spec.name}`,
    what: `the database ${spec.name}`,
    gzip: true,
    name: nameOf('database', `${spec.name}_${day}`, '.sql.gz'),
    source: (signal) => {
      const { stream, rows } = openDatabaseOf(spec, room.connection).engine.dump(signal)
      const { name, engine } = spec
      return Promise.resolve({ stream, database: () => ({ name, engine, tables: rows() }) })
    },
  })
  return [
    ...plan.configs.map(({ path, name }) => file('config', 'configs', path, name)),
    ...plan.apps.map(({ app, path, name }) => file('app', `apps/${app}`, path, name)),
    ...plan.databases.map(database),
    ...plan.files.map(({ path, name }): Draft => ({
      kind: 'files',
      from: path,
      what: path,
      gzip: true,
      name: nameOf('files', name, '.tar.gz'),
      source: async () => ({ stream: await packFolder(path) }),
    })),
    ...plan.volumes.map(({ targetId, volume }): Draft => ({
      kind: 'volume',
      from: `${targetId}:${volume}`,
      what: `the volume ${volume}`,
      gzip: true,
      name: nameOf('volumes', volume, '.tar.gz'),
      volume: { targetId, volume },
      source: async (signal) => {
        const connection = room.connection(targetId)
        if (!connection.exportVolume) throw new Failure('CAPABILITY_MISSING', 'This target cannot read volumes.')
        return { stream: await connection.exportVolume(volume, signal) }
      },
    })),
  ]
}

async function readFile(path: string): ReturnType<Draft['source']> {
  try {
    // Not to wait for ever where it is a pipe.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await file.stat()
    if (!stat.isFile()) {
      await file.close()
      throw new Failure('STATE_CONFLICT', `${path} is no file. Name folders under files.`, { path })
    }
    const { mode, uid, gid } = stat
    return { stream: file.createReadStream(), owner: { mode: mode & 0o7777, uid, gid } }
  } catch (error) {
    if (error instanceof Failure) throw error
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`
    throw new Failure('STATE_CONFLICT', `${path} ${why}, so the backup would lack it.`, { path }, { cause: error })
  }
}

/** Makes a reserved backup. It is whole and listed as complete, or failed and gone from its place: never between. */
export async function performBackup(room: BackupRoom, id: string, context: RunContext): Promise<Backup> {
  const record = await room.store.get(id)
  const plan = await room.store.plan(id)
  const { stack, environment, createdBy: actor } = record
  await room.store.change(id, { state: 'running', owner: room.instance, heartbeatAt: Date.now(), error: null })
  const beat = setInterval(
    () => void room.store.change(id, { heartbeatAt: Date.now() }).catch(() => undefined),
    beatMs,
  ).unref()
  let writing: Writing | null = null
  let place: Place | null = null
  try {
    context.signal.throwIfAborted()
    place = await openPlace(plan.place)
    writing = await place.begin(id)
    const parts = await writeParts(room, plan, record, writing, context)
    const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
    const whole: BackupRecord = { ...record, state: 'complete', parts, sizeBytes }
    await seal(room, writing, whole, context.signal)
    await writing.finish()
    await room.store.change(id, { state: 'complete', parts, sizeBytes, error: null })
    context.progress(`${id} holds ${parts.length} parts, ${sizeText(sizeBytes)}.`, 1)
    room.announce({
      type: 'backup.created',
      message: `A backup of ${stack} (${environment}) was made: ${parts.length} parts, ${sizeText(sizeBytes)}.`,
      actor,
      stack,
      data: { backupId: id, environment, sizeBytes, deploymentId: record.deploymentId },
    })
    return backupView(await room.store.get(id))
  } catch (error) {
    const cause: unknown = context.signal.aborted ? context.signal.reason : error
    await writing?.abandon().catch((left: unknown) => {
      room.log.warn({ err: left, backupId: id }, 'what a failed backup had written could not be removed')
    })
    const message = cause instanceof Error ? cause.message : String(cause)
    await room.store.change(id, { state: 'failed', parts: [], sizeBytes: 0, error: message })
    room.announce({
      type: 'backup.failed',
      severity: 'error',
      message: `The backup of ${stack} (${environment}) failed: ${message}`,
      actor,
      stack,
      data: { backupId: id, environment, deploymentId: record.deploymentId },
    })
    throw cause
  } finally {
    clearInterval(beat)
    place?.close()
  }
}

async function writeParts(
  room: BackupRoom,
  plan: BackupPlan,
  record: BackupRecord,
  writing: Writing,
  context: RunContext,
): Promise<PartRecord[]> {
  const all = drafts(room, plan, record)
  if (all.length === 0) {
    throw new Failure('STATE_CONFLICT', 'There is nothing to back up. Name configs, databases, files or volumes first.')
  }
  const parts: PartRecord[] = []
  for (const [index, draft] of all.entries()) {
    context.progress(`Backing up ${draft.what}.`, index / all.length)
    const encrypted = isSealed(draft.kind, plan.encrypt)
    const name = encrypted ? draft.name + sealedEnding : draft.name
    // What it is read from ends with it, also where it fell silent.
    const over = new AbortController()
    const { stream, owner, database } = await draft.source(AbortSignal.any([context.signal, over.signal]))
    const form = { id: record.id, name, gzip: draft.gzip, seal: encrypted }
    const written = await writePart(room, writing, form, stream, context.signal).finally(() => over.abort())
    const counted = database?.()
    parts.push({
      kind: draft.kind,
      name,
      from: draft.from,
      encrypted,
      ...written,
      ...(owner ? { owner } : {}),
      ...(counted ? { database: counted } : {}),
      ...(draft.volume ? { volume: draft.volume } : {}),
    })
    context.log(`${name}: ${sizeText(written.sizeBytes)}`)
  }
  return parts
}

/** Metadata, then the checksums over all: they come last, so what has them is whole. */
async function seal(room: BackupRoom, writing: Writing, record: BackupRecord, signal: AbortSignal): Promise<void> {
  const put = async (name: string, text: string): Promise<{ name: string; sha256: string }> => {
    const form = { id: record.id, name, gzip: false, seal: false }
    const { sha256 } = await writePart(room, writing, form, Readable.from([Buffer.from(text)]), signal)
    return { name, sha256 }
  }
  const metadata = await put(metadataName, metadataText(record))
  await put(checksumsName, checksumsText([...record.parts, metadata]))
}
