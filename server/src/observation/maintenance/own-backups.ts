import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure, HouseBackup, HouseBackupName } from '@wheelhouse/contract'
import { besideSqlite, type Database } from '@wheelhouse/platform/db'
import { postgresAt } from '../../workloads/backups/index.ts'

/** Below the folder of backups; no stack can be called so. */
export const ownBackupsFolder = (data: string): string => join(data, 'backups', '.house')
const part = '.part'
/** A copy and what is written meanwhile. */
const roomNeeded = 1.2
const endOfDump = 'PostgreSQL database dump complete'

export interface OwnBackupParts {
  readonly folder: string
  readonly version: string
  readonly database: Database
  /** Of a PostgreSQL; null for SQLite. */
  readonly address: string | null
  readonly migrations: readonly string[]
}

async function written(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function lastBytes(path: string, size: number): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(path, { start: Math.max(0, size - 4_096) })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('latin1')
}

/** What is wrong with a copy; nothing where it is whole. */
export async function faultsOf(path: string, known: HouseBackup | null): Promise<string[]> {
  const { size } = await stat(path)
  if (known && size !== known.sizeBytes) return [`It has ${size} bytes and had ${known.sizeBytes} when it was made.`]
  if (known && (await digestOf(path)) !== known.sha256) return ['Its checksum is another than when it was made.']
  if (/\.sql(\.part)?$/.test(path)) {
    const end = await lastBytes(path, size)
    return end.includes(endOfDump) ? [] : ['Its last line is missing: the dump was cut off.']
  }
  try {
    const faults = await besideSqlite<string[]>('check', path)
    const rows = faults.length > 0 ? {} : await besideSqlite<Record<string, number>>('rows', path)
    if (faults.length === 0 && rows['schema_migrations'] === undefined)
      return ['It is a database, but not one of Wheelhouse.']
    const differing = known ? Object.keys(known.rows).filter((table) => rows[table] !== known.rows[table]) : []
    return differing.length > 0 && faults.length === 0 ? [`Rows are missing in ${differing.join(', ')}.`] : faults
  } catch (error) {
    return [(error as Error).message]
  }
}

/** Copies of our own database in a folder: each is whole, with what describes it beside it, or not there. */
export class OwnBackups {
  readonly #parts: OwnBackupParts

  constructor(parts: OwnBackupParts) {
    this.#parts = parts
  }
  get folder(): string {
    return this.#parts.folder
  }

  /** Removes what a kill left of a copy that was being made. */
  async clear(): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    const described = new Set(names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)))
    for (const name of names) {
      const half = name.endsWith(part) || (HouseBackupName.safeParse(name).success && !described.has(name))
      if (half) await rm(join(this.folder, name), { force: true })
    }
  }

  async list(): Promise<HouseBackup[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.json'))
    const read = async (name: string): Promise<HouseBackup[]> => {
      const text = await readFile(join(this.folder, name), 'utf8').catch(() => '')
      try {
        const found = HouseBackup.parse({ ...(JSON.parse(text) as object), file: join(this.folder, name.slice(0, -5)) })
        await stat(found.file)
        return found.name === name.slice(0, -5) ? [found] : []
      } catch {
        return []
      }
    }
    return (await Promise.all(names.map(read))).flat().toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
  }

  /** Throws NOT_FOUND. The name is one of the list, so the path is one of the folder. */
  async get(name: string): Promise<HouseBackup> {
    const found = (await this.list()).find((backup) => backup.name === name && backup.name === basename(name))
    if (!found)
      throw new Failure('NOT_FOUND', `There is no copy ${name}. wh admin backups lists them.`, {
        kind: 'backup',
        id: name,
      })
    return found
  }

  async create(
    createdBy: string,
    signal: AbortSignal,
    progress: (fraction: number, text: string) => void,
  ): Promise<HouseBackup> {
    const { folder, database, version, migrations } = this.#parts
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await this.#requireRoom()
    const at = new Date()
    const stamp = at.toISOString().replaceAll(':', '-').replace('.', '-')
    const name = `wheelhouse-${stamp}.${database.kind === 'sqlite' ? 'db' : 'sql'}`
    const [path, half] = [join(folder, name), join(folder, `${name}${part}`)]
    try {
      progress(0.1, 'Copying')
      const rows = await database.upkeep.rows()
      await this.#copy(half, signal)
      signal.throwIfAborted()
      await written(half)
      progress(0.7, 'Reading what was written')
      const kept = half.endsWith(`.db${part}`) ? await besideSqlite<Record<string, number>>('rows', half) : rows
      const faults = await faultsOf(half, null)
      if (faults.length > 0)
        throw new Failure('BACKUP_DAMAGED', `The copy that was just made is not whole: ${faults[0]}`)
      const { size } = await stat(half)
      const backup: HouseBackup = {
        name,
        createdAt: at.toISOString(),
        createdBy,
        version,
        database: database.kind,
        sizeBytes: size,
        sha256: await digestOf(half),
        rows: kept,
        migration: migrations.at(-1) ?? '',
        file: path,
      }
      const described = join(folder, `${name}.json`)
      await writeFile(`${described}${part}`, JSON.stringify(backup, null, 2), { mode: 0o600, flush: true })
      await rename(half, path)
      // From here on it is listed.
      await rename(`${described}${part}`, described)
      progress(1, `${name} is whole`)
      return backup
    } catch (error) {
      await rm(half, { force: true })
      await rm(join(folder, `${name}.json${part}`), { force: true })
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC' || (error as Error).name === 'DatabaseFull')
        throw new Failure(
          'STORAGE_FULL',
          'There is not enough room for a copy of the database. Nothing was left of it.',
        )
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    const { file } = await this.get(name)
    // What describes it goes first: without it the copy is not listed.
    await unlink(`${file}.json`)
    await rm(file, { force: true })
  }

  async #copy(to: string, signal: AbortSignal): Promise<void> {
    const { database, address } = this.#parts
    if (database.upkeep.copy) {
      await rm(to, { force: true })
      return database.upkeep.copy(to)
    }
    if (address === null) throw new Failure('CAPABILITY_MISSING', 'This database cannot be copied from here.')
    const { stream } = postgresAt(address).engine.dump(signal)
    return pipeline(Readable.from(stream), createWriteStream(to, { mode: 0o600 }), { signal })
  }

  async #requireRoom(): Promise<void> {
    const { folder, database } = this.#parts
    const size = (await database.sizeBytes()) ?? 0
    const disk = await statfs(folder).catch(() => null)
    const free = disk ? disk.bavail * disk.bsize : Infinity
    if (free < size * roomNeeded)
      throw new Failure(
        'STORAGE_FULL',
        `A copy needs some ${Math.ceil((size * roomNeeded) / 1e6)} MB, and ${folder} has ${Math.floor(free / 1e6)} MB. Make room first.`,
      )
  }
}
