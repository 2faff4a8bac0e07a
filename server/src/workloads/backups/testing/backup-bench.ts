import type { NewEvent } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createMemoryJobs, createMemoryJobStore, type Jobs } from '@wheelhouse/platform/jobs'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Caller, type CallContext, noExchange } from '../../../dispatch/index.ts'
import { migrations } from '../../../migrations/index.ts'
import type { BackupPlan, RunContext } from '../backup-plan.ts'
import { type BackupParts, type Backups, createBackups } from '../index.ts'

export const admin: Caller = {
  kind: 'user',
  userId: 'u1',
  username: 'mara',
  sessionId: null,
  tokenName: null,
  authority: { role: 'admin', reach: 'all', grants: [], limits: null },
  face: 'rest',
  ip: '127.0.0.1',
  userAgent: 'test',
}
export const viewer: Caller = { ...admin, authority: { role: 'viewer', reach: 'all', grants: [], limits: null } }

export const by = (caller: Caller, audit: CallContext['audit'] = () => undefined): CallContext => ({
  caller,
  requestId: 'r1',
  signal: new AbortController().signal,
  audit,
  exchange: noExchange,
})

/** The domain over a real database and a real disk, in a folder that outlives it, so that a start after a crash can be tried. */
export class BackupBench {
  readonly folder: string
  readonly events: NewEvent[] = []
  readonly said: string[] = []
  readonly inUse = new Set<string>()
  busy: string | null = null
  connection: Connection | null = null
  planFor: BackupParts['planFor'] = () => Promise.reject(new Error('no plan'))
  #opened: { database: Database; jobs: Jobs; backups: Backups } | null = null

  constructor(folder = mkdtempSync(join(tmpdir(), 'wh-backups-'))) {
    this.folder = folder
  }

  get backups(): Backups {
    if (!this.#opened) throw new Error('open it first')
    return this.#opened.backups
  }
  get jobs(): Jobs {
    return this.#opened!.jobs
  }
  get database(): Database {
    return this.#opened!.database
  }

  async open(more: Partial<BackupParts> = {}): Promise<this> {
    const log = createLog({ level: 'silent', pretty: false })
    const database = await openDatabase({ url: `sqlite:${join(this.folder, 'test.db')}`, log })
    await database.migrate(migrations)
    const jobs = createMemoryJobs({ log, store: createMemoryJobStore() })
    const backups = createBackups({
      database,
      jobs,
      log,
      secrets: openSecrets({ keyFile: join(this.folder, 'key') }),
      announce: (event) => this.events.push(event),
      instance: 'bench',
      folder: join(this.folder, 'backups'),
      workFolder: join(this.folder, 'restores'),
      connection: () => this.connection!,
      planFor: (input, caller) => this.planFor(input, caller),
      busy: () => this.busy,
      inUse: () => Promise.resolve(this.inUse),
      ...more,
    })
    this.#opened = { database, jobs, backups }
    return this
  }

  /** A file below the folder of the bench; answers its path. */
  file(name: string, content: string | Buffer, mode = 0o644): string {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content, { mode })
    return path
  }

  plan(more: Partial<BackupPlan> = {}): BackupPlan {
    return {
      stack: 'shop',
      environment: 'production',
      directory: join(this.folder, 'shop'),
      description: 'before a change',
      createdBy: 'mara',
      deploymentId: null,
      version: '12',
      place: { kind: 'folder', path: join(this.folder, 'backups') },
      encrypt: 'auto',
      configs: [],
      apps: [],
      databases: [],
      files: [],
      volumes: [],
      ...more,
    }
  }

  run(signal: AbortSignal = new AbortController().signal): RunContext {
    return {
      signal,
      progress: (text) => void this.said.push(text),
      log: (text) => void this.said.push(text),
    }
  }

  /** Waits until a job has ended. */
  async ended(id: string) {
    for (;;) {
      const job = await this.jobs.get(id)
      if (job && ['succeeded', 'failed', 'cancelled'].includes(job.state)) return job
      await new Promise((again) => setTimeout(again, 10))
    }
  }

  async close(): Promise<void> {
    await this.#opened?.jobs.close(100)
    await this.#opened?.database.close()
    this.#opened = null
  }

  async destroy(): Promise<void> {
    await this.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
