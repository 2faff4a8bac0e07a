import { Failure } from '@wheelhouse/contract'
import type { Connection, FoundImage } from '@wheelhouse/driver'
import type { StackTarget } from '../../stacks/index.ts'
import { nothingToUndo, type StepContext, type StepKind } from '../saga/step-kinds.ts'

export interface ImageArgs extends Record<string, unknown> {
  readonly targetId: string
  readonly app: string
  /** The name that services ask for it by. */
  readonly image: string
  /** Its id on the engine that built it. */
  readonly digest: string
  /** What tells it on every engine; null for a release of before that was noted. */
  readonly content: string | null
}
type Giver = Required<Pick<Connection, 'findImage' | 'exportImage' | 'importImage'>>

const gives = (connection: Connection): connection is Connection & Giver =>
  connection.findImage !== undefined && connection.exportImage !== undefined && connection.importImage !== undefined

/** By content where that is known: a name can be given to another image, and engines number the same one differently. */
const isIt = (found: FoundImage | null, { digest, content }: ImageArgs): found is FoundImage =>
  found !== null && (found.id === digest || found.content === content)

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
    const source = await sourceOf(args, context)
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

interface Source {
  readonly target: StackTarget
  readonly connection: Connection & Giver
  readonly found: FoundImage
}

/** An engine that is heard and has it. One that does not answer is no reason to stop: the next may have it too. */
async function sourceOf(args: ImageArgs, { room, signal, log }: StepContext): Promise<Source | null> {
  for (const target of room.targets.list()) {
    if (target.id === args.targetId || target.state !== 'connected') continue
    const connection = room.targets.connection(target.id)
    if (!gives(connection)) continue
    try {
      const found = await connection.findImage(args.image, signal)
      if (isIt(found, args)) return { target, connection, found }
    } catch (error) {
      signal.throwIfAborted()
      log(`${target.name} was not asked for ${args.image}: ${String(error)}`, args.app)
    }
  }
  return null
}

function missing({ app, image }: ImageArgs, target: StackTarget, another: boolean): Failure {
  const what = another ? `${target.name} has another image under the name ${image}` : `${target.name} has no ${image}`
  return new Failure(
    'STATE_CONFLICT',
    `${what}, and no engine that is heard can give it. Connect the engine that built ${app}, or deploy again so that it is built anew.`,
  )
}
