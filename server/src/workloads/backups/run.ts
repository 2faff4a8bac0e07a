import type { Jobs, JobContext } from '@wheelhouse/platform/jobs'
import type { RunContext } from './backup-plan.ts'
import { performBackup } from './create.ts'
import { performDrill } from './drill.ts'
import { performRestore } from './restore/restore.ts'
import type { BackupRoom } from './room.ts'

/** What the jobs of this domain carry: ids and choices, never a plan, which has passwords. */
export type CreateData = { readonly backupId: string }
export type RestoreData = CreateData & {
  readonly skipDatabase: boolean
  readonly skipFiles: boolean
  readonly by: string
}
export type DrillData = CreateData & { readonly by: string }

/** A run as a job shows it: what is said with a fraction is a step, done when the next one begins. */
function asRun(job: JobContext): RunContext & { end(state: 'done' | 'failed'): void } {
  let current: string | null = null
  let fraction = 0
  const end = (state: 'done' | 'failed'): void => {
    if (current !== null) job.step(current, state)
    current = null
  }
  return {
    signal: job.signal,
    progress(text, part) {
      fraction = part ?? fraction
      end('done')
      if (fraction < 1) {
        current = text.replace(/\.$/, '')
        job.step(current, 'running')
      }
      job.progress(fraction, text)
    },
    log: (text) => {
      if (current === null) job.progress(fraction, text)
      else job.step(current, 'running', text)
    },
    end,
  }
}

export function defineJobs(room: BackupRoom, jobs: Jobs): void {
  const define = (kind: string, work: (data: Record<string, unknown>, run: RunContext) => Promise<unknown>): void =>
    jobs.define(kind, async (data, job) => {
      const run = asRun(job)
      try {
        await work(data, run)
        run.end('done')
        return { backupId: data.backupId }
      } catch (error) {
        run.end('failed')
        throw error
      }
    })
  // One that is cancelled before it began is never run: nobody else would say that it failed.
  jobs.onChange((job) => {
    if (job.kind !== 'backups.create' || !['cancelled', 'failed'].includes(job.state)) return
    const end = async (id: string): Promise<void> => {
      if ((await room.store.find(id))?.state === 'running')
        await room.store.change(id, { state: 'failed', error: job.message })
    }
    void end(String(job.data.backupId)).catch((error: unknown) =>
      room.log.warn({ err: error }, 'a backup was not ended'),
    )
  })
  define('backups.create', (data, run) => performBackup(room, (data as CreateData).backupId, run))
  define('backups.restore', (data, run) => {
    const { backupId, ...options } = data as RestoreData
    return performRestore(room, backupId, options, run)
  })
  define('backups.drill', (data, run) => {
    const { backupId, by } = data as DrillData
    return performDrill(room, backupId, by, run)
  })
}
