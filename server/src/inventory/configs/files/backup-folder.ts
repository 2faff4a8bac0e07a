import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const kept = 20
const form = /^\d{8}T\d{9}-[0-9a-f]{6}$/

/** A folder of its own for the old files of one change. Names sort by time. Not made yet. */
export function newBackupFolder(root: string, of: string, at: number): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:.Z]/g, '')
  return join(root, of, `${stamp}-${randomBytes(3).toString('hex')}`)
}

/** Forgets all but the newest few. Never fails: an old backup too many does no harm. */
export async function pruneBackups(root: string, of: string): Promise<void> {
  const folder = join(root, of)
  const names = (await readdir(folder).catch(() => [])).filter((name) => form.test(name)).sort()
  for (const name of names.slice(0, -kept))
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined)
}
