import type { images, NewEvent, PolicyRules } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { JobRecord, Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Handlers } from '../../dispatch/index.ts'
import type { Registries } from '../../inventory/registries/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Releases } from '../releases/index.ts'
import { type BuildData, dropContexts, runBuild } from './jobs/build.ts'
import { type CopyData, runCopy } from './jobs/copy.ts'
import { runPull, runPush, type TransferData } from './jobs/transfer.ts'
import { Kept, type SwarmsOf } from './kept.ts'
import { LayerSizes } from './layer-sizes.ts'
import { NewerChecks } from './newer/checks.ts'
import { openCheckStore } from './newer/store.ts'
import { NewerWatch } from './newer/watch.ts'
import { imageHandlers } from './operations.ts'
import type { ImageRoom } from './room.ts'

export { BuildSteps } from './jobs/build-steps.ts'

export interface ImageParts {
  readonly database: Database
  readonly jobs: Jobs
  readonly log: Log
  readonly targets: Registry
  readonly registries: Pick<Registries, 'signInFor' | 'refused' | 'worked'>
  readonly releases: { readonly store: Pick<Releases['store'], 'list'> }
  readonly swarmsOf?: SwarmsOf
  /** Where contexts of builds wait for their job. Absolute. */
  readonly buildFolder: string
  /** Jobs that have not ended, for what they still need. */
  unfinishedJobs(): Promise<readonly JobRecord[]>
  readonly now?: () => number
  rulesFor(targetId: string): PolicyRules
  announce(event: NewEvent): unknown
}

/** Images of all engines. Call before `jobs.start()`. */
export interface ImagesDomain {
  readonly handlers: Handlers<typeof images>
  readonly watch: NewerWatch
  start(): Promise<void>
  close(): Promise<void>
}

export function createImages({ database, releases, swarmsOf, ...parts }: ImageParts): ImagesDomain {
  const { jobs, log, now } = parts
  const room: ImageRoom = {
    ...parts,
    kept: new Kept(releases.store, now, swarmsOf),
    checks: new NewerChecks(openCheckStore(database), log),
    sizes: new LayerSizes(),
  }
  const watch = new NewerWatch(room, now)
  jobs.define('images.pull', (data, job) => runPull(room, data as TransferData, job))
  jobs.define('images.push', (data, job) => runPush(room, data as TransferData, job))
  jobs.define('images.copy', (data, job) => runCopy(room, data as CopyData, job), { concurrency: 2 })
  jobs.define('images.build', (data, job) => runBuild(room, data as BuildData, job), { concurrency: 2 })
  jobs.define('images.check-newer', async (data, job) => {
    const asked = watch.names(data.targetIds as string[], true)
    let newer = 0
    await watch.checkAll(asked, job.signal, (done, check) => {
      if (check.state === 'newer') newer += 1
      job.progress(done / asked.length, `${done} of ${asked.length}: ${check.reference}`)
    })
    job.progress(1, newer === 0 ? 'Nothing newer was found' : `${newer} of ${asked.length} have a newer image`)
    return { checked: asked.length, newer }
  })

  return {
    handlers: imageHandlers(room),
    watch,
    async start() {
      await room.checks.load()
      const wanted = (await parts.unfinishedJobs()).map(({ data }) => String(data.context))
      await dropContexts(room.buildFolder, new Set(wanted))
      watch.start()
    },
    async close() {
      await watch.close()
    },
  }
}
