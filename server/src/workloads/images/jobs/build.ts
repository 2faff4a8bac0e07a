import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '@wheelhouse/contract'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { BuildSteps } from './build-steps.ts'
import { reachImages } from '../reach.ts'
import type { ImageRoom } from '../room.ts'

export interface BuildData extends Record<string, unknown> {
  readonly targetId: string
  readonly tag: string
  /** Name of the context's file in the folder of builds. */
  readonly context: string
  readonly dockerfile: string
  readonly stage: string | null
  readonly args: Readonly<Record<string, string>>
  readonly pull: boolean
  readonly noCache: boolean
  readonly by: string
}

/** Keeps the context of a build until its job has run. Throws STORAGE_FULL; nothing is left behind then. */
export async function keepContext(folder: string, body: Readable, signal: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const name = `${randomUUID()}.tar`
  const file = join(folder, name)
  try {
    await pipeline(body, createWriteStream(file, { mode: 0o600 }), { signal })
    return name
  } catch (error) {
    await rm(file, { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Failure('STORAGE_FULL', 'The disk has no room for what the image is built from. Free some space.')
    throw error
  }
}

/** Contexts whose jobs ended with a process before this one. */
export async function dropContexts(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  const files = await readdir(folder).catch(() => [])
  for (const file of files) if (!wanted.has(file)) await rm(join(folder, file), { force: true })
}

/** The job `images.build`. */
export async function runBuild(room: ImageRoom, data: BuildData, job: JobContext): Promise<Record<string, unknown>> {
  const { targetId, tag, dockerfile, args, pull, noCache, by } = data
  const file = join(room.buildFolder, data.context)
  const { record, connection } = reachImages(room.targets, targetId)
  if (!connection.build)
    throw new Failure('CAPABILITY_MISSING', `${record.name} builds no images.`, { capability: 'build' })
  const steps = new BuildSteps(job)
  const context = createReadStream(file)
  try {
    const built = await connection.build(
      { tag, dockerfile, target: data.stage, args, labels: {}, pull, noCache, network: null, cacheFrom: [] },
      context,
      steps.hear,
      job.signal,
    )
    steps.end('done')
    job.progress(1, `${tag} is built on ${record.name}`)
    room.announce({
      type: 'image.pulled',
      message: `${tag} was built on ${record.name}.`,
      actor: by,
      targetId,
      data: { reference: tag, imageId: built.id, built: true },
    })
    return { imageId: built.id, sizeBytes: built.sizeBytes, reference: tag }
  } catch (error) {
    steps.end('failed')
    const unread: NodeJS.ErrnoException | null = context.errored
    if (unread?.code === 'ENOENT')
      throw new Failure('TARGET_REFUSED', 'What the image is built from is not here any more. Send it again.')
    throw error
  } finally {
    context.destroy()
    await rm(file, { force: true })
  }
}
