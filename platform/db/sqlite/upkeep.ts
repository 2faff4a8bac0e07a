import { statSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import { Thread, threadModule } from '../../thread/index.ts'
import type { Upkeep } from '../upkeep.ts'
import { sqliteError } from './sqlite-failure.ts'
import { failureOf } from './writer-message.ts'

/** Pages that are given back in one turn of the writer, so that others get theirs in between: 8 MB. */
const pagesAtOnce = 2_000

/** A thread of its own for each piece of work: it is long, and rare. Errors are those of the database. */
export async function besideSqlite<T>(
  method: 'copy' | 'check' | 'rows',
  argument: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const thread = new Thread(threadModule(import.meta.url, 'upkeep-thread'), null)
  const stop = (): void => void thread.end(new Error('It was stopped'))
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await thread.call<T>(method, argument)
  } catch (error) {
    const path = typeof argument === 'string' ? argument : (argument as { from: string }).from
    throw sqliteError({ ...failureOf(error), errcode: codeOf(error) }, path)
  } finally {
    signal?.removeEventListener('abort', stop)
    await thread.end(new Error('It has ended'))
  }
}

/** A trip between threads keeps the words of an error; its number is told by them. */
function codeOf(error: unknown): number | null {
  const { message } = error as Error
  if (/disk is full|disk I\/O/i.test(message)) return 13
  if (/malformed|not a database/i.test(message)) return 11
  if (/locked|busy/i.test(message)) return 5
  return 1
}

export function sqliteUpkeep(path: string, db: Kysely<unknown>): Upkeep {
  const number = async (name: string): Promise<number> => {
    const { rows } = await sql<Record<string, number>>`${sql.raw(`pragma ${name}`)}`.execute(db)
    return Object.values(rows[0] ?? {})[0] ?? 0
  }
  return {
    async figures() {
      const [free, page] = [await number('freelist_count'), await number('page_size')]
      return { walBytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0, freeBytes: free * page }
    },
    check: (signal) => besideSqlite('check', path, signal),
    rows: () => besideSqlite('rows', path),
    copy: (to) => besideSqlite('copy', { from: path, to }),
    async compact(progress) {
      const before = await number('freelist_count')
      // A file from before pages could be given back one by one is written anew, once.
      if ((await number('auto_vacuum')) === 0) {
        await sql`${sql.raw('pragma auto_vacuum = incremental')}`.execute(db)
        await sql`${sql.raw('vacuum')}`.execute(db)
      }
      for (let left = before; left > 0;) {
        await sql`${sql.raw(`pragma incremental_vacuum(${pagesAtOnce})`)}`.execute(db)
        const now = await number('freelist_count')
        if (now >= left) break
        left = now
        progress(1 - left / before)
      }
      await sql`${sql.raw('pragma optimize')}`.execute(db)
      await sql`${sql.raw('pragma wal_checkpoint(truncate)')}`.execute(db)
      progress(1)
    },
  }
}
