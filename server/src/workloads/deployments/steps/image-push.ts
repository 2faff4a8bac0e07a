import { Failure } from '@wheelhouse/contract'
import type { Images } from '@wheelhouse/driver'
import { nothingToUndo, type StepKind } from '../saga/step-kinds.ts'
import { sourceOf, type WantedImage } from './image-source.ts'

export interface PushArgs extends WantedImage, Record<string, unknown> {
  /** Name and tag in the registry. */
  readonly to: string
}
export interface Pushed {
  /** The same with the digest that the registry has it by: every node runs just that. */
  readonly reference: string
}

/** Pushes an image that was built here to a registry, from an engine that has it. It stays there: other releases may be of it too. */
export const imagePush: StepKind<PushArgs, Pushed> = {
  async do(args, context) {
    const source = await sourceOf(args, context, null)
    const images: Images | undefined = source?.connection.images
    if (source === null || images === undefined)
      throw new Failure(
        'STATE_CONFLICT',
        `No engine that is heard has ${args.image}, so it cannot be pushed. Connect the engine that built ${args.app}, or deploy again so that it is built anew.`,
      )
    const { to, app } = args
    context.log(`${args.image} is pushed from ${source.target.name} to ${to}.`, app)
    context.task(app, `is pushed to ${to}`)
    await images.tag(args.image, to)
    const signIn = await context.room.signInFor(to)
    const digest = await images.push(to, signIn, () => undefined, context.signal)
    if (digest === null)
      throw new Failure('TARGET_REFUSED', `${to} was pushed, and the engine did not tell its digest. Deploy again.`)
    return { reference: `${to}@${digest}` }
  },
  undo: nothingToUndo,
}
