import { lstat, opendir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cache } from '@wheelhouse/contract'

/** Something that is kept only to be quicker. */
export interface CacheDoor {
  readonly name: string
  readonly summary: string
  weigh(): Promise<{ readonly bytes: number | null; readonly entries: number | null }>
  clear(): Promise<void>
  /** Why it must not be cleared now; null where it may. */
  busy?(): Promise<string | null>
}

export const shownCache = async ({ name, summary, weigh }: CacheDoor): Promise<Cache> => ({
  name,
  summary,
  ...(await weigh()),
})

async function weighed(root: string): Promise<{ bytes: number; entries: number }> {
  let [bytes, entries] = [0, 0]
  const left = [root]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const folder = await opendir(path).catch(() => null)
    if (!folder) continue
    for await (const entry of folder) {
      const inside = join(path, entry.name)
      if (entry.isDirectory()) left.push(inside)
      else {
        entries++
        bytes += (await lstat(inside).catch(() => null))?.size ?? 0
      }
    }
  }
  return { bytes, entries }
}

/** A folder whose whole content may go. It is moved aside first, so that what is made meanwhile is made anew and stays. */
export function folderCache(
  name: string,
  summary: string,
  path: string,
  busy: () => Promise<string | null>,
): CacheDoor {
  return {
    name,
    summary,
    busy,
    weigh: () => weighed(path),
    async clear() {
      const aside = `${path}.cleared-${Date.now()}`
      await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
      await rm(aside, { recursive: true, force: true })
    },
  }
}
