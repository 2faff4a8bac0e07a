import { Transform } from 'node:stream'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { reachImages } from '../reach.ts'
import { megabytes } from '../removal.ts'
import type { ImageRoom } from '../room.ts'

export interface CopyData extends Record<string, unknown> {
  readonly targetId: string
  readonly to: string
  /** Names that go along, or the id of an image without one. */
  readonly images: readonly string[]
  readonly sizeBytes: number
  readonly by: string
}

/** The job `images.copy`. The bytes flow through as fast as the slower engine takes them; nothing is kept here. */
export async function runCopy(
  room: ImageRoom,
  { targetId, to, images, sizeBytes, by }: CopyData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const from = reachImages(room.targets, targetId)
  const other = reachImages(room.targets, to)
  const what = images.join(', ')
  const words = `${from.record.name} → ${other.record.name}`
  job.step('copy', 'running', words)
  let sent = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length
      job.progress(Math.min(0.99, sent / Math.max(1, sizeBytes)), `${megabytes(sent)} of ${what} copied`)
      done(null, chunk)
    },
  })
  try {
    const tar = await from.images.save(images, job.signal)
    tar.once('error', (error) => meter.destroy(error))
    meter.once('close', () => tar.destroy())
    const loaded = await other.images.load(tar.pipe(meter), job.signal)
    job.step('copy', 'done', words)
    job.progress(1, `${what} is on ${other.record.name}`)
    room.announce({
      type: 'image.pulled',
      message: `${what} was copied from ${from.record.name} to ${other.record.name}.`,
      actor: by,
      targetId: to,
      data: { images, from: targetId },
    })
    return { loaded: [...loaded], bytes: sent }
  } catch (error) {
    job.step('copy', 'failed', error instanceof Error ? error.message : String(error))
    throw error
  }
}
