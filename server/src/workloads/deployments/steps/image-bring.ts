import { Failure } from '@wheelhouse/contract'
import type { StackTarget } from '../../stacks/index.ts'
import { gives, isIt, sourceOf, type WantedImage } from './image-source.ts'
import { nothingToUndo, type StepKind } from '../saga/step-kinds.ts'

export interface ImageArgs extends WantedImage, Record<string, unknown> {
  readonly targetId: string
}
/**
 * Has an image that was built here on an engine whose services run it. It comes from an engine that has it, as a stream of which nothing
 * is kept on the way. It goes with the release, so there is nothing to undo.
 */
export const imageBring: StepKind<ImageArgs, { from: string | null; sizeBytes: number }> = {
  async do(args, context) {
    const { targets } = context.room
    const target = targets.resolve(args.targetId)
    const connection = targets.connection(args.targetId)
    // Where nothing can be brought to, `prepare` says what is missing.
    if (!gives(connection)) return { from: null, sizeBytes: 0 }
    const there = await connection.findImage(args.image, context.signal)
    if (isIt(there, args) || (there !== null && args.content === null))
      return { from: null, sizeBytes: there.sizeBytes }
    const source = await sourceOf(args, context, args.targetId)
    if (source === null) throw missing(args, target, there !== null)
    const size = `${Math.ceil(source.found.sizeBytes / 1_000_000)} MB`
    context.log(`${args.image} (${size}) goes from ${source.target.name} to ${target.name}.`, args.app)
    context.task(args.app, `goes from ${source.target.name} to ${target.name}, ${size}`)
    const tar = await source.connection.exportImage(args.image, context.signal)
    await connection.importImage(tar, (text) => context.log(text, args.app), context.signal)
    const arrived = await connection.findImage(args.image, context.signal)
    if (!isIt(arrived, { ...args, content: source.found.content }))
      throw new Failure(
        'TARGET_REFUSED',
        `${args.image} came to ${target.name} as another image than ${source.target.name} has. Deploy again, and see that nothing else gives images that name.`,
      )
    return { from: source.target.id, sizeBytes: arrived.sizeBytes }
  },
  undo: nothingToUndo,
}

function missing({ app, image }: ImageArgs, target: StackTarget, another: boolean): Failure {
  const what = another ? `${target.name} has another image under the name ${image}` : `${target.name} has no ${image}`
  return new Failure(
    'STATE_CONFLICT',
    `${what}, and no engine that is heard can give it. Connect the engine that built ${app}, or deploy again so that it is built anew.`,
  )
}
