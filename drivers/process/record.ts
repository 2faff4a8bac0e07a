import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import type { ProcessSpec } from '@wheelhouse/driver'

/** What we know of a service beyond its spec. Written before we act on it. Times are ISO 8601 UTC. */
export interface RunRecord {
  /** What people call it since it was renamed; null for the name it was made under, which stays its identity. */
  name: string | null
  desired: 'running' | 'stopped'
  /** `waiting` is between two tries. */
  phase: 'starting' | 'running' | 'paused' | 'stopping' | 'waiting' | 'ended'
  /** The run there is; null between runs. `pid` is null while it is being started. */
  token: string | null
  pid: number | null
  startTime: number | null
  bootId: string | null
  readonly createdAt: string
  startedAt: string | null
  endedAt: string | null
  changedAt: string
  retryAt: string | null
  exitCode: number | null
  reason: string | null
  restarts: number
  /** When it ended unasked, since it last ran well. */
  crashes: string[]
  looping: boolean
}

export const newRecord = (now: string): RunRecord => ({
  name: null,
  desired: 'running',
  phase: 'ended',
  token: null,
  pid: null,
  startTime: null,
  bootId: null,
  createdAt: now,
  startedAt: null,
  endedAt: null,
  changedAt: now,
  retryAt: null,
  exitCode: null,
  reason: null,
  restarts: 0,
  crashes: [],
  looping: false,
})

/** The folder of one service: `spec.json`, `run.json`, `run/` (raw output and exit record), `log/`. */
export class ServiceFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get run(): string {
    return join(this.path, 'run')
  }
  get log(): string {
    return join(this.path, 'log')
  }

  async create(spec: ProcessSpec, record: RunRecord): Promise<void> {
    // Without a spec it is what is left of a creation or a removal that was cut short: nothing runs from it.
    if (!existsSync(join(this.path, 'spec.json'))) await this.remove()
    else
      throw new Failure(
        'CONFLICT',
        `${this.path} belongs to a service whose spec.json cannot be read. Move that folder away and try again.`,
        { path: this.path },
      )
    try {
      await mkdir(this.run, { recursive: true, mode: 0o700 })
      await mkdir(this.log, { mode: 0o700 })
      await writeWhole(join(this.path, 'run.json'), record)
      await writeWhole(join(this.path, 'spec.json'), spec)
    } catch (error) {
      await rm(this.path, { recursive: true, force: true })
      throw storageFailure(error, this.path)
    }
  }

  /** null for a folder whose creation was cut short: `spec.json` comes last. */
  async load(): Promise<{ spec: ProcessSpec; record: RunRecord } | null> {
    const spec = await readWhole<ProcessSpec>(join(this.path, 'spec.json'))
    if (spec === null) return null
    const record = await readWhole<RunRecord>(join(this.path, 'run.json'))
    const fresh = newRecord(new Date().toISOString())
    await mkdir(this.run, { recursive: true, mode: 0o700 })
    await mkdir(this.log, { recursive: true, mode: 0o700 })
    return { spec, record: record ? { ...fresh, ...record } : { ...fresh, desired: 'stopped' } }
  }

  async save(record: RunRecord): Promise<void> {
    await writeWhole(join(this.path, 'run.json'), record)
  }

  /** How the run of this shim ended; null when it could not write it down. The file's own time is when. */
  async exit(pid: number): Promise<{ code: number; at: string } | null> {
    const path = join(this.run, 'exit')
    try {
      const [owner, code] = (await readFile(path, 'utf8')).trim().split(' ').map(Number)
      if (owner !== pid || code === undefined || Number.isNaN(code)) return null
      return { code, at: (await stat(path)).mtime.toISOString() }
    } catch {
      return null
    }
  }

  async clearExit(): Promise<void> {
    await rm(join(this.run, 'exit'), { force: true })
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 })
  }
}

export async function listFolders(path: string): Promise<string[]> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const entries = await readdir(path, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

/** A reader sees the old or the new, also after a power cut. 0600: a spec holds the environment. */
async function writeWhole(path: string, value: unknown): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(value))
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

async function readWhole<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch {
    return null
  }
}

export function storageFailure(error: unknown, folder: string): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Failure(
      'STORAGE_FULL',
      `The disk of ${folder} is full, so nothing was saved. Free some space and try again.`,
      { path: folder },
      { cause: error },
    )
  return error instanceof Error ? error : new Error(String(error))
}
