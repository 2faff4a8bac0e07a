import { Failure } from '@wheelhouse/contract'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { reachImages } from '../reach.ts'
import type { ImageRoom } from '../room.ts'
import { LayerSteps } from './layer-steps.ts'

export interface TransferData extends Record<string, unknown> {
  readonly targetId: string
  readonly reference: string
  readonly platform: string | null
  readonly by: string
}

const refusesSignIn = /unauthorized|authentication required|no basic auth|denied|incorrect username or password/i

/** Does it with the sign-in of the image's registry, and tells the registry's row how that went. */
async function signedIn<T>(
  room: ImageRoom,
  reference: string,
  act: (signIn: Awaited<ReturnType<ImageRoom['registries']['signInFor']>>) => Promise<T>,
): Promise<T> {
  const signIn = await room.registries.signInFor(reference)
  try {
    const result = await act(signIn)
    if (signIn !== null) await room.registries.worked(reference)
    return result
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const words = typeof error.details.words === 'string' ? error.details.words : error.message
    if (!refusesSignIn.test(words)) throw error
    const cure =
      signIn === null
        ? 'Add its registry with a user name and a password, where it wants them.'
        : `Check the user name and the password of ${signIn.address}.`
    if (signIn !== null && /unauthorized|incorrect username/i.test(words))
      await room.registries.refused(reference, cure)
    throw new Failure(error.code, `${error.message.replace(/\.?$/, '.')} ${cure}`, error.details)
  }
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
    const imageId = await signedIn(room, reference, (signIn) =>
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
    const digest = await signedIn(room, reference, (signIn) => images.push(reference, signIn, steps.report, job.signal))
    room.checks.forget(targetId, reference)
    job.progress(1, `${reference} is in its registry, from ${record.name}`)
    return { digest, reference }
  } catch (error) {
    steps.failed(job.signal.aborted ? 'was cancelled' : 'was not pushed')
    throw error
  }
}
