import { Failure } from '@wheelhouse/contract'
import { lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Transform } from 'node:stream'
import type { BackupPlan, DatabaseSpec } from '../backup-plan.ts'
import { openDatabaseOf, type OpenDatabase } from '../database/index.ts'
import type { BackupRoom } from '../room.ts'
import type { DatabaseName, UndoStep } from './undo-step.ts'

const patienceMs = 3_600_000

export function specOf(plan: BackupPlan, { name, engine }: DatabaseName): DatabaseSpec {
  const spec = plan.databases.find((candidate) => candidate.name === name && candidate.engine === engine)
  if (spec) return spec
  throw new Failure('STATE_CONFLICT', `How to reach the database ${name} is not known. Name it in the manifest again.`)
}

export const databaseOf = (room: BackupRoom, plan: BackupPlan, name: DatabaseName): OpenDatabase =>
  openDatabaseOf(specOf(plan, name), room.connection)

export const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** A file that `keepAside` wrote. */
export function readKept(room: BackupRoom, path: string): Transform {
  const gunzip = createGunzip()
  const opening = room.secrets.openStream(keptPlace(path))
  pipeline(createReadStream(path), opening, gunzip).catch((error: unknown) => gunzip.destroy(error as Error))
  return gunzip
}
export const keptPlace = (path: string): string => `restores/${basename(dirname(path))}/${basename(path)}`

/** Takes one step back. */
export async function takeBack(room: BackupRoom, plan: BackupPlan, step: UndoStep): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs)
  switch (step.kind) {
    case 'litter':
      return await rm(step.path, { recursive: true, force: true })
    case 'file': {
      if (step.aside === null) return await rm(step.path, { recursive: true, force: true })
      // Not there: it was never moved, or is back already.
      if (!(await exists(step.aside))) return
      await rm(step.path, { recursive: true, force: true })
      return await rename(step.aside, step.path)
    }
    case 'scratch':
      return await databaseOf(room, plan, step.database).engine.drop(step.scratch, signal)
    case 'renamed': {
      const database = databaseOf(room, plan, step.database)
      if (database.kind !== 'postgres') return
      const { name } = step.database
      if (step.aside === null) return await database.engine.drop(name, signal)
      if (!(await database.engine.has(step.aside, signal))) return
      await database.engine.drop(name, signal)
      return await database.engine.rename(step.aside, name, signal)
    }
    case 'reloaded': {
      const database = databaseOf(room, plan, step.database)
      const { name } = step.database
      if (database.kind !== 'mysql') return
      const { engine } = database
      if (step.dump === null) return await engine.drop(name, signal)
      await engine.empty(signal)
      return await engine.load(name, readKept(room, step.dump), signal, { lenient: true })
    }
    case 'volume': {
      const connection = room.connection(step.targetId)
      await connection.importVolume?.(step.volume, readKept(room, step.tar), signal)
    }
  }
}

export const stepText = (step: UndoStep): string => {
  switch (step.kind) {
    case 'file':
      return step.aside === null ? step.path : `${step.path} (kept as ${step.aside})`
    case 'litter':
      return step.path
    case 'scratch':
      return `the scratch database ${step.scratch}`
    case 'renamed':
      return `the database ${step.database.name}${step.aside === null ? '' : ` (kept as ${step.aside})`}`
    case 'reloaded':
      return `the database ${step.database.name}${step.dump === null ? '' : ` (kept in ${step.dump})`}`
    default:
      return `the volume ${step.volume} (kept in ${step.tar})`
  }
}

export const asideBeside = (path: string, random: string): string =>
  join(dirname(path), `.${basename(path)}.before-${random}`)
