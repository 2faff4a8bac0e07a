import { Failure } from '@wheelhouse/contract'
import { secretMark } from '@wheelhouse/platform/log'
import type { DatabaseSpec } from '../backup-plan.ts'
import type { TableRows } from '../part.ts'
import type { Programs, RunningClient } from './programs.ts'

/** `lenient` goes on where something cannot be read or made: to keep aside what is broken already. */
export interface Leniency {
  readonly lenient?: boolean
}

/** One database on one server. `Failure`s carry the words of its own programs, without the password. */
export interface DatabaseEngine {
  /** A plain dump; fails at its end where the program failed or its last line is missing. `rows` is whole once it has ended. */
  dump(
    signal: AbortSignal,
    leniency?: Leniency,
  ): { readonly stream: AsyncIterable<Buffer>; readonly rows: () => TableRows }
  exists(signal: AbortSignal): Promise<boolean>
  /** Makes an empty database like the real one, or plain where that is gone. */
  createLike(name: string, signal: AbortSignal): Promise<void>
  /** Loads a dump. Into any but the real one without its events: a scheduler would run them there too. */
  load(name: string, dump: AsyncIterable<Uint8Array>, signal: AbortSignal, leniency?: Leniency): Promise<void>
  drop(name: string, signal: AbortSignal): Promise<void>
  count(name: string, signal: AbortSignal): Promise<TableRows>
  /** Reads from each view; answers how many there are, and what those say that do not answer. */
  tryViews(name: string, signal: AbortSignal): Promise<{ readonly views: number; readonly broken: readonly string[] }>
}

/** A name for a scratch database beside the real one, short enough for both servers. */
export const besideName = (name: string, word: 'drill' | 'restore' | 'before', random: string): string =>
  `${Array.from(name).slice(0, 30).join('')}_${word}_${random}`

/** Text of a program without the password, should it repeat it. */
export const withoutPassword = (words: string, spec: DatabaseSpec): string =>
  spec.password === '' ? words : words.replaceAll(spec.password, secretMark)

/** Feeds a client and reads it at once: a program that waits for its output to be read would never take all input. */
export async function talk(client: RunningClient, input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Buffer[] = []
  const reading = (async () => {
    for await (const chunk of client.output) chunks.push(chunk)
  })()
  try {
    await Promise.all([client.send(input), reading])
  } catch (error) {
    client.stop()
    await reading.catch(() => undefined)
    throw error
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A file with the password, for the programs of one server. */
export interface Access {
  readonly programs: Programs
  readonly spec: DatabaseSpec
}

export function refused(what: string, words: string, spec: DatabaseSpec): Failure {
  const said = withoutPassword(words, spec).trim().split('\n').slice(-3).join(' ').slice(0, 600)
  return new Failure('TARGET_REFUSED', `${what}: ${said === '' ? 'it gave no reason' : said}`, { database: spec.name })
}

interface Watching extends Leniency {
  readonly program: string
  readonly marker: string
  readonly spec: DatabaseSpec
  readonly seen: (chunk: Buffer) => void
}

/** Chunks of a dump as they come, watched for its end. */
export async function* watched(
  client: RunningClient,
  { program, marker, spec, seen, lenient = false }: Watching,
): AsyncGenerator<Buffer> {
  let tail = Buffer.alloc(0)
  let whole = false
  try {
    for await (const chunk of client.output) {
      seen(chunk)
      tail = Buffer.concat([tail, chunk.subarray(-2048)]).subarray(-2048)
      yield chunk
    }
    whole = true
  } finally {
    if (!whole) client.stop()
  }
  const { exitCode, words } = await client.ended()
  if (exitCode !== 0 && !lenient) throw refused(`${program} could not dump ${spec.name}`, words, spec)
  if (!tail.includes(marker)) {
    throw refused(`${program} ended without an error, but the dump of ${spec.name} has no end`, words, spec)
  }
}
