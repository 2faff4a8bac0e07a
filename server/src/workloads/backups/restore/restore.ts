import { type Backup, Failure } from '@wheelhouse/contract'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, realpath, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { unpackBeside } from '../archive/folder-tar.ts'
import type { BackupPlan, RunContext } from '../backup-plan.ts'
import { besideName } from '../database/index.ts'
import type { PartRecord } from '../part.ts'
import { readPart } from '../part-stream.ts'
import { diskFailure, openPlace, type Place } from '../place/index.ts'
import type { BackupRoom } from '../room.ts'
import { type BackupRecord, backupView } from '../store.ts'
import { requireSound } from '../verify.ts'
import { rowsDiffer } from './compare-rows.ts'
import { UndoJournal } from './journal.ts'
import { asideBeside, databaseOf, exists, keptPlace } from './undo.ts'

export interface RestoreOptions {
  readonly skipDatabase?: boolean | undefined
  readonly skipFiles?: boolean | undefined
  /** Only the databases, whatever else the backup holds. */
  readonly onlyDatabase?: boolean | undefined
  /** For the deployment that runs itself and takes back what it did. */
  readonly evenIfBusy?: boolean | undefined
}
const chosen = (record: BackupRecord, { skipDatabase, skipFiles, onlyDatabase }: RestoreOptions): PartRecord[] =>
  record.parts.filter(({ kind }) =>
    onlyDatabase && kind !== 'database'
      ? false
      : kind === 'database'
        ? skipDatabase !== true
        : kind === 'files' || kind === 'volume'
          ? skipFiles !== true
          : true,
  )
export const partsToRestore = chosen

export async function requireQuiet(
  room: BackupRoom,
  record: BackupRecord,
  { evenIfBusy }: RestoreOptions = {},
): Promise<void> {
  const busy = evenIfBusy === true ? null : await room.busy(record.stack, record.environment)
  if (busy !== null) {
    throw new Failure('STATE_CONFLICT', `${record.stack} cannot be restored while ${busy}. Wait for it, or cancel it.`)
  }
  if (record.state === 'running' || record.state === 'failed') {
    const why = record.state === 'running' ? 'is still being made' : 'failed'
    throw new Failure('STATE_CONFLICT', `The backup ${record.id} ${why}, so there is nothing to restore.`)
  }
  if (record.journal !== null) {
    throw new Failure('STATE_CONFLICT', `A ${record.journal.what} of ${record.id} has not ended. Wait for it.`)
  }
}

interface Run {
  readonly room: BackupRoom
  readonly record: BackupRecord
  readonly plan: BackupPlan
  readonly place: Place
  readonly journal: UndoJournal
  readonly work: string
  readonly random: string
  readonly context: RunContext
}
/** What is staged and only has to be brought into place. */
type Ready = () => Promise<void>

/** Stages all, then replaces all; on any failure everything is as it was. */
export async function performRestore(
  room: BackupRoom,
  id: string,
  options: RestoreOptions & { readonly by: string },
  context: RunContext,
): Promise<Backup> {
  const record = await room.store.get(id)
  await requireQuiet(room, record, options)
  context.progress('Comparing the checksums.', 0)
  await requireSound(room, record, context.signal)
  const plan = await room.store.plan(id)
  const parts = chosen(record, options)
  const random = randomBytes(4).toString('hex')
  const work = join(room.workFolder, `${id}-${random}`)
  const journal = new UndoJournal(room, id, 'restore', options.by)
  const place = await openPlace(plan.place)
  const run: Run = { room, record, plan, place, journal, work, random, context }
  try {
    await journal.add({ kind: 'litter', path: work })
    await mkdir(work, { recursive: true, mode: 0o700 })
    const ready: Ready[] = []
    for (const [index, part] of parts.entries()) {
      context.progress(`Preparing ${part.name}.`, (index / parts.length) * 0.7)
      ready.push(await stage(run, part))
    }
    await requireQuiet(room, { ...record, journal: null }, options)
    for (const [index, replace] of ready.entries()) {
      context.signal.throwIfAborted()
      context.progress(`Replacing ${parts[index]?.from}.`, 0.7 + (index / ready.length) * 0.3)
      await replace()
    }
    for (const left of await journal.commit(plan)) context.log(`Not removed: ${left}`)
  } catch (error) {
    const cause: unknown = context.signal.aborted ? context.signal.reason : diskFailure(error, work)
    throw await putBack(run, cause)
  } finally {
    place.close()
  }
  context.progress(`${id} is restored.`, 1)
  const { stack, environment } = record
  room.announce({
    type: 'backup.restored',
    message: `${stack} (${environment}) was restored from the backup ${id}: ${parts.length} parts.`,
    actor: options.by,
    stack,
    data: { backupId: id, environment, parts: parts.map((part) => part.name) },
  })
  return backupView(await room.store.get(id))
}

async function putBack({ journal, plan, record, room }: Run, cause: unknown): Promise<unknown> {
  const left = await journal.undo(plan)
  const why = cause instanceof Error ? cause.message : String(cause)
  const { id, stack, environment } = record
  const outcome = left.length === 0 ? 'Everything is as it was before.' : `Not put back: ${left.join('; ')}.`
  room.announce({
    type: 'backup.failed',
    severity: 'error',
    message: `The restore of ${stack} (${environment}) from ${id} failed: ${why} ${outcome}`,
    stack,
    data: { backupId: id, environment, restore: true, left },
  })
  if (left.length === 0 && !(cause instanceof Failure)) return cause
  const { code, details } = cause instanceof Failure ? cause : { code: 'INTERNAL' as const, details: {} }
  return new Failure(code, `${why} ${outcome}`, { ...details, left }, { cause })
}

function stage(run: Run, part: PartRecord): Promise<Ready> {
  switch (part.kind) {
    case 'database':
      return stageDatabase(run, part)
    case 'volume':
      return stageVolume(run, part)
    case 'files':
      return stageTree(run, part)
    default:
      return stageFile(run, part)
  }
}

const content = ({ room, place, record, context }: Run, part: PartRecord): Promise<Readable> =>
  readPart(room, place, record.id, part, context.signal)

/** Writes what is replaced into the work folder, sealed: it may hold secrets. */
async function keepAside(
  { room, work, context }: Run,
  name: string,
  source: AsyncIterable<Uint8Array>,
): Promise<string> {
  const path = join(work, name)
  const out = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true })
  await pipeline(source, createGzip({ level: 1 }), room.secrets.sealStream(keptPlace(path)), out, {
    signal: context.signal,
  })
  return path
}

async function stageDatabase(run: Run, part: PartRecord): Promise<Ready> {
  const { room, plan, journal, random, context } = run
  const { signal } = context
  const of = part.database
  if (!of) throw new Failure('BACKUP_DAMAGED', `${part.name} does not tell which database it is of.`)
  const name = { name: of.name, engine: of.engine }
  const database = databaseOf(room, plan, name)
  const { engine } = database
  const scratch = besideName(of.name, 'restore', random)
  const litter = { kind: 'scratch', database: name, scratch } as const
  await journal.add(litter)
  await engine.createLike(scratch, signal)
  await engine.load(scratch, await content(run, part), signal)
  const differences = rowsDiffer(of.tables, await engine.count(scratch, signal))
  if (differences.length > 0) {
    throw new Failure('BACKUP_DAMAGED', `${part.name} does not restore as it was: ${differences.join('; ')}.`)
  }
  context.log(`${part.name}: restored into ${scratch} and counted`)
  const there = await engine.exists(signal)
  if (database.kind === 'postgres') {
    return async () => {
      if (there) await database.engine.likeReal(scratch, signal)
      const aside = there ? besideName(of.name, 'before', random) : null
      await journal.add({ kind: 'renamed', database: name, aside })
      if (aside !== null) await database.engine.rename(of.name, aside, signal)
      await database.engine.rename(scratch, of.name, signal)
    }
  }
  await engine.drop(scratch, signal)
  await journal.drop(litter)
  return async () => {
    // Dumped at the last moment, so that as little as can be is lost where all is put back.
    // It may be restored because it is broken: what can still be read of it is kept.
    const kept = (): Promise<string> =>
      keepAside(run, `database-${part.sha256.slice(0, 12)}`, engine.dump(signal, { lenient: true }).stream)
    const dump = there ? await kept() : null
    await journal.add({ kind: 'reloaded', database: name, dump })
    await database.engine.empty(signal)
    await engine.load(of.name, await content(run, part), signal)
  }
}

async function stageVolume(run: Run, part: PartRecord): Promise<Ready> {
  const { room, journal, context } = run
  if (!part.volume) throw new Failure('BACKUP_DAMAGED', `${part.name} does not tell which volume it is of.`)
  const { targetId, volume } = part.volume
  const connection = room.connection(targetId)
  const { exportVolume, importVolume } = connection
  if (!exportVolume || !importVolume) throw new Failure('CAPABILITY_MISSING', 'This target cannot write volumes.')
  const before = await connection.exportVolume!(volume, context.signal)
  const tar = await keepAside(run, `volume-${part.sha256.slice(0, 12)}`, before)
  return async () => {
    const step = { kind: 'volume', targetId, volume, tar } as const
    await journal.add(step)
    try {
      await connection.importVolume!(volume, await content(run, part), context.signal)
    } catch (error) {
      // Refused because it is in use: nothing was written, so nothing has to be put back.
      if (error instanceof Failure && error.code === 'STATE_CONFLICT') await journal.drop(step)
      throw error
    }
  }
}

async function stageTree(run: Run, part: PartRecord): Promise<Ready> {
  const beside = `.restore-${run.random}-${part.sha256.slice(0, 8)}`
  await run.journal.add({ kind: 'litter', path: join(dirname(part.from), beside) })
  const fresh = await unpackBeside(part.from, await content(run, part), beside, run.context.signal)
  return () => swap(run, part.from, fresh)
}

async function stageFile(run: Run, part: PartRecord): Promise<Ready> {
  // A link stays one: what it leads to is replaced, as it was what was read.
  const path = await realpath(part.from).catch(() => part.from)
  const fresh = join(dirname(path), `.restore-${run.random}-${part.sha256.slice(0, 8)}`)
  await run.journal.add({ kind: 'litter', path: fresh })
  await mkdir(dirname(path), { recursive: true })
  const file = await open(fresh, 'wx', 0o600)
  try {
    for await (const chunk of await content(run, part)) await file.writeFile(chunk as Buffer)
    if (part.owner) {
      if (process.getuid?.() === 0) await file.chown(part.owner.uid, part.owner.gid)
      await file.chmod(part.owner.mode)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return () => swap(run, path, fresh)
}

/** The former one is kept aside until all is done. */
async function swap({ journal, random }: Run, path: string, fresh: string): Promise<void> {
  const aside = (await exists(path)) ? asideBeside(path, random) : null
  await journal.add({ kind: 'file', path, aside })
  try {
    if (aside !== null) await rename(path, aside)
    await rename(fresh, path)
  } catch (error) {
    throw diskFailure(error, path)
  }
}
