import type { JobContext } from '@wheelhouse/platform/jobs'
import { signedIn } from '../../../inventory/registries/index.ts'
import { reachImages } from '../reach.ts'
import type { ImageRoom } from '../room.ts'
import { LayerSteps } from './layer-steps.ts'

export interface TransferData extends Record<string, unknown> {
  readonly targetId: string
  readonly reference: string
  readonly platform: string | null
  readonly by: string
}

/** The job `images.pull`: a step for each layer. */
export async function runPull(
  room: ImageRoom,
  { targetId, reference, platform, by }: TransferData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { record, images } = reachImages(room.targets, targetId)
  const steps = new LayerSteps(job, reference)
  job.progress(0, `Asking the registry for ${reference}`)
  try {
    const imageId = await signedIn(room.registries, reference, (signIn) =>
      images.pull(reference, signIn, steps.report, job.signal, platform ?? undefined),
    )
    room.checks.forget(targetId, reference)
    job.progress(1, `${reference} is on ${record.name}`)
    room.announce({
      type: 'image.pulled',
      message: `${reference} was pulled to ${record.name}.`,
      actor: by,
      targetId,
      data: { reference, imageId },
    })
    return { imageId, reference }
  } catch (error) {
    steps.failed(job.signal.aborted ? 'was cancelled' : 'was not pulled')
    throw error
  }
}

/** The job `images.push`: a step for each layer. */
export async function runPush(
  room: ImageRoom,
  { targetId, reference }: TransferData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { record, images } = reachImages(room.targets, targetId)
  const steps = new LayerSteps(job, reference)
  job.progress(0, `Offering ${reference} to its registry`)
  try {
    const digest = await signedIn(room.registries, reference, (signIn) =>
      images.push(reference, signIn, steps.report, job.signal),
    )
    room.checks.forget(targetId, reference)
    job.progress(1, `${reference} is in its registry, from ${record.name}`)
    return { digest, reference }
  } catch (error) {
    steps.failed(job.signal.aborted ? 'was cancelled' : 'was not pushed')
    throw error
  }
}
