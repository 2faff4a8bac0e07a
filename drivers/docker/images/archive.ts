import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '@wheelhouse/contract'
import { type EngineClient, jsonLines, toldInside } from '@wheelhouse/engine'

/** A tar closes with two blocks of zeros. */
const closingBytes = 1024

/** A tar of images by id or name. What a reader has not taken stays with the engine. NOT_FOUND where one is not there. */
export async function saveImages(
  client: EngineClient,
  images: readonly string[],
  signal: AbortSignal,
): Promise<Readable> {
  const names = new URLSearchParams(images.map((image): [string, string] => ['names', image]))
  const body = await client.stream({ path: `/images/get?${names.toString()}`, signal })
  const out = new WholeTar()
  void pipeline(body, out).catch((error: unknown) => void out.destroy(client.broken(error, signal) as Error))
  return out
}

/** Passes a tar on and fails at its end where it is cut: an engine that stumbles on the way has said 200 already. */
class WholeTar extends Transform {
  #last = Buffer.alloc(0)

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#last = Buffer.concat([this.#last, chunk.subarray(-closingBytes)]).subarray(-closingBytes)
    done(null, chunk)
  }

  override _flush(done: (error?: Error) => void): void {
    if (this.#last.length === closingBytes && this.#last.every((byte) => byte === 0)) return done()
    const words = /"message":"([^"]+)"/.exec(this.#last.toString('utf8'))?.[1]
    const why = words === undefined ? 'The engine ended it before it was whole.' : `The engine says: ${words}.`
    done(new Failure('TARGET_REFUSED', `The images were not saved. ${why}`))
  }
}

interface LoadLine {
  readonly stream?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** Loads a tar that `saveImages` or `docker save` made. Answers the names, or ids of those without one. */
export async function loadImages(client: EngineClient, tar: Readable, signal: AbortSignal): Promise<readonly string[]> {
  let unreadable: Error | null = null
  tar.once('error', (error) => (unreadable = error))
  const loaded: string[] = []
  try {
    const body = await client.stream({ method: 'POST', path: '/images/load', query: { quiet: 1 }, tar, signal })
    try {
      for await (const line of jsonLines<LoadLine>(body)) {
        const words = line.errorDetail?.message ?? line.error
        if (words !== undefined) throw refused(words)
        const image = /^Loaded image(?: ID)?: (\S+)/.exec(line.stream ?? '')?.[1]
        if (image !== undefined) loaded.push(image)
      }
    } finally {
      body.destroy()
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (unreadable !== null) throw unreadable
    if (error instanceof Failure && error.code === 'TARGET_REFUSED' && typeof error.details.words === 'string')
      throw refused(error.details.words)
    throw client.broken(error, signal)
  } finally {
    tar.destroy()
  }
  if (loaded.length === 0) throw refused('it holds no image')
  return loaded
}

const refused = (words: string): Failure =>
  toldInside('The file was not loaded. Give one that docker save made.', words)
