import { existsSync } from 'node:fs'
import { constants, copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { Failure, HouseBackup } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { postgresAt } from '../../workloads/backups/index.ts'
import { faultsOf, ownBackupsFolder } from './own-backups.ts'

/** What is to take the place of the database with the next start. Times are ISO 8601. */
interface Order {
  /** Path of the copy. */
  readonly file: string
  readonly by: string
  readonly at: string
  /** Where what is there now goes: a path, or on PostgreSQL the name of a database. */
  readonly aside: string
}

const orderFile = (data: string): string => join(data, 'restore.json')
const suffixes = ['', '-wal', '-shm'] as const

export async function pendingRestore(data: string): Promise<string | null> {
  const text = await readFile(orderFile(data), 'utf8').catch(() => null)
  return text === null ? null : basename((JSON.parse(text) as Order).file)
}

export async function orderRestore(data: string, file: string, by: string): Promise<void> {
  const at = new Date().toISOString()
  const stamp = at.replaceAll(':', '-').replace('.', '-')
  const aside = file.endsWith('.sql')
    ? `wheelhouse_before_${randomBytes(4).toString('hex')}`
    : join(ownBackupsFolder(data), `before-restore-${stamp}.db`)
  const order: Order = { file, by, at, aside }
  await writeFile(`${orderFile(data)}.part`, JSON.stringify(order), { mode: 0o600, flush: true })
  await rename(`${orderFile(data)}.part`, orderFile(data))
}

export async function cancelRestore(data: string): Promise<boolean> {
  if (!existsSync(orderFile(data))) return false
  await rm(orderFile(data), { force: true })
  return true
}

/** A name of the list, or the path of a copy that came from elsewhere. Throws NOT_FOUND. */
export function copyNamed(data: string, named: string): string {
  const path = isAbsolute(named) || named.includes('/') ? resolve(named) : join(ownBackupsFolder(data), named)
  if (!existsSync(path))
    throw new Failure('NOT_FOUND', `There is no copy ${path}. Copies lie in ${ownBackupsFolder(data)}.`, {
      kind: 'backup',
      id: named,
    })
  return path
}

async function describedBeside(file: string): Promise<HouseBackup | null> {
  const text = await readFile(`${file}.json`, 'utf8').catch(() => null)
  return text === null ? null : HouseBackup.parse({ ...(JSON.parse(text) as object), file })
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * Does what was ordered, before the database is opened. Each step can be done twice, so a kill in between is gone on with at the next
 * start. Answers the name of what was restored; null where nothing was ordered. Throws BACKUP_DAMAGED, and then the database is as it was.
 */
export async function restoreAtStart(data: string, address: string | null, log: Log): Promise<string | null> {
  const text = await readFile(orderFile(data), 'utf8').catch(() => null)
  if (text === null) return null
  const order = JSON.parse(text) as Order
  const faults = existsSync(order.file)
    ? await faultsOf(order.file, await describedBeside(order.file))
    : ['The file is gone.']
  if (faults.length > 0) {
    await rename(orderFile(data), `${orderFile(data)}.refused`)
    throw new Failure(
      'BACKUP_DAMAGED',
      `${order.file} was not restored: ${faults[0]} The database is as it was; start again to use it.`,
    )
  }
  const isDump = order.file.endsWith('.sql')
  if (isDump !== (address !== null)) {
    await rename(orderFile(data), `${orderFile(data)}.refused`)
    throw new Failure(
      'CAPABILITY_MISSING',
      `${order.file} is a copy of a ${isDump ? 'PostgreSQL' : 'SQLite'} database, and this one is not. The database is as it was; start again to use it.`,
    )
  }
  await (address === null ? placeFile(data, order) : placeDump(address, order))
  await rm(orderFile(data), { force: true })
  log.warn(
    { restored: order.file, by: order.by, aside: order.aside },
    'the database was restored from a copy; what was there is set aside',
  )
  return basename(order.file)
}

async function placeFile(data: string, { file, aside }: Order): Promise<void> {
  const path = join(data, 'wheelhouse.db')
  const next = `${path}.restoring`
  await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
  await copyFile(file, next, constants.COPYFILE_FICLONE)
  const copied = await open(next, 'r+')
  try {
    await copied.chmod(0o600)
    await copied.sync()
  } finally {
    await copied.close()
  }
  // The log of writes belongs to the old file and goes with it: beside the new one it would break it. Once something lies aside, what is
  // in its place is the new one of a start that was cut off.
  for (const suffix of suffixes.toReversed())
    if (existsSync(`${path}${suffix}`) && !existsSync(`${aside}${suffix}`))
      await rename(`${path}${suffix}`, `${aside}${suffix}`)
  await syncFolder(dirname(aside))
  await rename(next, path)
  await syncFolder(data)
}

async function placeDump(address: string, { file, aside }: Order): Promise<void> {
  const { name, engine } = postgresAt(address)
  const signal = AbortSignal.timeout(3_600_000)
  const scratch = `${aside}_next`
  // Aside is there and the real one too: a start that was cut off had come to its end.
  if ((await engine.has(aside, signal)) && (await engine.has(name, signal))) return
  if (await engine.has(name, signal)) {
    await engine.drop(scratch, signal)
    await engine.createLike(scratch, signal)
    await engine.load(scratch, createReadStream(file), signal)
    await engine.likeReal(scratch, signal)
    await engine.rename(name, aside, signal)
  }
  await engine.rename(scratch, name, signal)
}
