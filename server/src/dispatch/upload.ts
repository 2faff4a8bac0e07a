import type { Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'

/** The body of an upload that nobody has read yet. */
export interface UploadBody {
  /** Lets it come; called once, when the caller may do what he asks for. Throws BODY_TOO_LARGE where that is announced. */
  open(): Readable
  readonly receivedBytes: number
  /** Why it did not come whole; null while nothing is wrong with it. */
  readonly failure: Failure | null
}

/** Lets a handler read the body, and takes its word only for one that came whole. */
export async function withBody(
  body: UploadBody | null,
  handle: (stream: Readable) => Promise<unknown>,
): Promise<unknown> {
  if (body === null) throw new Failure('MALFORMED_BODY', 'This operation takes a body of bytes. Send one.')
  const stream = body.open()
  // It may fail while the handler looks elsewhere; whoever reads it is told all the same.
  stream.on('error', () => undefined)
  try {
    const value = await handle(stream)
    if (body.failure) throw body.failure
    return value
  } catch (error) {
    // What the handler makes of a body that broke off is a consequence.
    throw body.failure ?? error
  } finally {
    stream.destroy()
  }
}
