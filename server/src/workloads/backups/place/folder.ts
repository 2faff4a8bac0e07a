import { notFound } from '@wheelhouse/contract'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { diskFailure, type Place, type Writing } from './place.ts'

const partial = '.part'

/** Backups as folders below one folder. Written beside their name and renamed, so that a crash leaves nothing that looks whole. */
export function openFolder(root: string): Place {
  const whole = (id: string): string => join(root, id)
  return {
    async begin(id): Promise<Writing> {
      const folder = whole(id) + partial
      const made = new Set<string>()
      await told(folder, async () => {
        await mkdir(root, { recursive: true, mode: 0o700 })
        await rm(folder, { recursive: true, force: true })
        await mkdir(folder, { mode: 0o700 })
      })
      return {
        write: (name, content, _sha256, signal) =>
          told(folder, async () => {
            const path = join(folder, name)
            await mkdir(dirname(path), { recursive: true, mode: 0o700 })
            for (let at = dirname(path); at.length >= folder.length; at = dirname(at)) made.add(at)
            const file = await open(path, 'wx', 0o600)
            try {
              for await (const chunk of content) {
                signal.throwIfAborted()
                await file.writeFile(chunk as Buffer)
              }
              await file.sync()
            } finally {
              await file.close()
            }
          }),
        finish: () =>
          told(folder, async () => {
            for (const path of made) await syncFolder(path)
            await rename(folder, whole(id))
            await syncFolder(root)
          }),
        abandon: () => rm(folder, { recursive: true, force: true }),
      }
    },
    async read(id, name, signal): Promise<Readable> {
      try {
        const file = await open(join(whole(id), name), 'r')
        return file.createReadStream(signal ? { signal } : {})
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound('part of the backup', name)
        throw error
      }
    },
    async remove(id): Promise<void> {
      // Out of sight at once: a removal cut short leaves no backup that looks whole.
      await rename(whole(id), whole(id) + partial).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
      await rm(whole(id) + partial, { recursive: true, force: true })
    },
    close: () => undefined,
  }
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskFailure(error, path)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
