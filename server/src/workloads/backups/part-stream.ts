import { Failure } from '@wheelhouse/contract'
import { createHash } from 'node:crypto'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { PartRecord } from './part.ts'
import type { Place, Writing } from './place/index.ts'
import type { BackupRoom } from './room.ts'

export const sealedEnding = '.sealed'
const sealPlace = (id: string, name: string): string => `backups/${id}/${name}`

interface Written {
  readonly sizeBytes: number
  readonly sha256: string
}

/** A dump may wait for a lock; one that says nothing for this long waits for ever, and all that comes after it with it. */
const longestSilenceMs = 30 * 60_000

/** The same bytes. Throws TIMED_OUT when none came for that long, and lets go of the source without waiting for it. */
async function* heard(
  source: AsyncIterable<Uint8Array>,
  silenceMs: number,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  const left = Promise.withResolvers<never>()
  left.promise.catch(() => undefined)
  const leave = (): void => left.reject(signal.reason)
  signal.addEventListener('abort', leave)
  try {
    for (;;) {
      const silence = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        const minutes = Math.ceil(silenceMs / 60_000)
        const why = `Nothing came of ${name} for ${minutes} minutes, so it was given up. Look at what it is read from: something may hold a lock there.`
        silence.reject(new Failure('TIMED_OUT', why, { part: name }))
      }, silenceMs)
      let next: IteratorResult<Uint8Array>
      try {
        next = await Promise.race([chunks.next(), silence.promise, left.promise])
      } finally {
        clearTimeout(timer)
      }
      if (next.done) return
      // What is written slowly is no silence.
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', leave)
    if ('destroy' in source) (source as Readable).destroy()
    else void chunks.return?.().catch(() => undefined)
  }
}

/**
 * Source → gzip → seal → place, in constant memory; answers the size and checksum of what is stored. Throws TIMED_OUT where the source
 * falls silent.
 */
export async function writePart(
  { secrets }: Pick<BackupRoom, 'secrets'>,
  writing: Writing,
  { id, name, gzip, seal }: { id: string; name: string; gzip: boolean; seal: boolean },
  source: AsyncIterable<Uint8Array> | Readable,
  signal: AbortSignal,
  silenceMs = longestSilenceMs,
): Promise<Written> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let sha256 = ''
  const sum = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      sizeBytes += chunk.length
      done(null, chunk)
    },
    flush(done) {
      sha256 = hash.digest('hex')
      done()
    },
  })
  const stages: NodeJS.ReadWriteStream[] = []
  // The fastest level: a dump is limited by it, and what a slower one saves is little.
  if (gzip) stages.push(createGzip({ level: 3 }))
  if (seal) stages.push(secrets.sealStream(sealPlace(id, name)))
  const storing = writing
    .write(name, sum, () => sha256, signal)
    .catch((error: unknown) => {
      sum.destroy(error as Error)
      throw error
    })
  storing.catch(() => undefined)
  try {
    const told = heard(source, silenceMs, name, signal)
    await pipeline([told, ...stages, sum] as unknown as [Readable, Transform], { signal })
  } catch (error) {
    if (error instanceof Failure && error.code === 'TIMED_OUT') {
      await storing.catch(() => undefined)
      throw error
    }
    // Where both ends failed, the one that failed by itself says why.
    await storing
    throw error
  }
  await storing
  return { sizeBytes, sha256 }
}

/** The content of a part as it was before it was packed and sealed. Errors end the stream: read it to its end. */
export async function readPart(
  { secrets }: Pick<BackupRoom, 'secrets'>,
  place: Place,
  id: string,
  part: Pick<PartRecord, 'name' | 'encrypted'>,
  signal: AbortSignal,
): Promise<Readable> {
  const bare = part.encrypted ? part.name.slice(0, -sealedEnding.length) : part.name
  const stages: Transform[] = []
  if (part.encrypted) stages.push(secrets.openStream(sealPlace(id, part.name)))
  if (bare.endsWith('.gz')) stages.push(createGunzip())
  let stream = await place.read(id, part.name, signal)
  for (const stage of stages) {
    const before = stream
    // Not `pipe`, which would leave a broken file looking like a short one.
    pipeline(before, stage).catch((error: unknown) => stage.destroy(opened(error, part.name)))
    stream = stage
  }
  return stream
}

function opened(error: unknown, name: string): Error {
  if (error instanceof Failure) return error
  const why = error instanceof Error ? error.message : String(error)
  return new Failure('BACKUP_DAMAGED', `${name} cannot be opened: ${why}.`, { part: name }, { cause: error })
}
