import type { Connection, FoundImage } from '@wheelhouse/driver'
import type { StackTarget } from '../../stacks/index.ts'
import type { StepContext } from '../saga/step-kinds.ts'

/** An image that was built here. */
export interface WantedImage {
  readonly app: string
  /** The name that services ask for it by. */
  readonly image: string
  /** Its id on the engine that built it. */
  readonly digest: string
  /** What tells it on every engine; null for a release of before that was noted. */
  readonly content: string | null
}
export type Giver = Required<Pick<Connection, 'findImage' | 'exportImage' | 'importImage'>>

export const gives = (connection: Connection): connection is Connection & Giver =>
  connection.findImage !== undefined && connection.exportImage !== undefined && connection.importImage !== undefined

/** By content where that is known: a name can be given to another image, and engines number the same one differently. */
export const isIt = (
  found: FoundImage | null,
  { digest, content }: Pick<WantedImage, 'digest' | 'content'>,
): found is FoundImage => found !== null && (found.id === digest || found.content === content)

export interface Source {
  readonly target: StackTarget
  readonly connection: Connection & Giver
  readonly found: FoundImage
}

/** An engine that is heard and has it. One that does not answer is no reason to stop: the next may have it too. */
export async function sourceOf(
  args: WantedImage,
  { room, signal, log }: Pick<StepContext, 'room' | 'signal' | 'log'>,
  except: string | null,
): Promise<Source | null> {
  for (const target of room.targets.list()) {
    if (target.id === except || target.state !== 'connected') continue
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
