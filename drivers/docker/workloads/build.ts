import { Failure } from '@wheelhouse/contract'
import type { BuiltImage, ImageRequest } from '@wheelhouse/driver'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { type EngineClient, jsonLines, toldInside } from '@wheelhouse/engine'
import { imagePath } from '../images/image-path.ts'

/** One line of the answer of POST /build. */
interface BuildLine {
  readonly stream?: string
  readonly status?: string
  readonly id?: string
  readonly progressDetail?: { readonly total?: number }
  readonly aux?: { readonly ID?: string }
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

const LAST_LINES = 50
const SHOWN_LINES = 5

/**
 * Builds with the engine's own builder, which every engine has (BuildKit wants a session beside the request). Leaving the
 * request ends the build and its containers. Throws TARGET_REFUSED, or
 * STORAGE_FULL, with the engine's words and the last lines of the build.
 */
export async function buildImage(
  client: EngineClient,
  request: ImageRequest,
  context: Readable,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<BuiltImage> {
  let unreadable: Error | null = null
  context.once('error', (error) => (unreadable = error))
  const last: string[] = []
  const tell = (text: string): void => {
    last.push(text)
    if (last.length > LAST_LINES) last.shift()
    log(text)
  }
  try {
    const body = await client.stream({ method: 'POST', path: '/build', query: queryOf(request), tar: context, signal })
    try {
      const id = await readBuild(jsonLines<BuildLine>(body), tell, (words) => failed(request.tag, words, last))
      return await inspectImage(client, id ?? request.tag, signal)
    } finally {
      body.destroy()
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (unreadable !== null) throw contextUnreadable(unreadable)
    throw client.broken(error, signal)
  } finally {
    context.destroy()
  }
}

function queryOf(request: ImageRequest): Record<string, string | number | null> {
  return {
    version: 1,
    t: request.tag,
    dockerfile: request.dockerfile,
    target: request.target,
    buildargs: JSON.stringify(request.args),
    labels: JSON.stringify(request.labels),
    pull: request.pull ? 1 : null,
    nocache: request.noCache ? 1 : null,
    networkmode: request.network,
    cachefrom: request.cacheFrom.length > 0 ? JSON.stringify(request.cacheFrom) : null,
    rm: 1,
    forcerm: 1, // also the container of a step that failed
  }
}

/** The id of the image where the engine tells it. The answer began with status 200: a failure comes inside. */
async function readBuild(
  lines: AsyncIterable<BuildLine>,
  tell: (text: string) => void,
  failure: (words: string) => Failure,
): Promise<string | null> {
  let id: string | null = null
  let rest = ''
  for await (const line of lines) {
    const pieces = (rest + printed(line)).split('\n')
    rest = pieces.pop() ?? ''
    for (const piece of pieces) tell(piece.replace(/\r$/, ''))
    id = line.aux?.ID ?? id
    const words = line.errorDetail?.message ?? line.error
    if (words === undefined) continue
    if (rest !== '') tell(rest)
    throw failure(words.trim())
  }
  if (rest !== '') tell(rest)
  return id
}

/** What the build prints, or a phase of a pulled layer; not each step of its bar. */
function printed({ stream, status, id, progressDetail }: BuildLine): string {
  if (stream !== undefined) return stream
  if (status === undefined || progressDetail?.total !== undefined) return ''
  return id === undefined ? `${status}\n` : `${id}: ${status}\n`
}

function failed(tag: string, words: string, last: readonly string[]): Failure {
  const shown = last
    .map(stripVTControlCharacters)
    .filter((line) => line.trim() !== '')
    .slice(-SHOWN_LINES)
  const lines = shown.length === 0 ? '' : ` Its last lines:\n${shown.join('\n')}`
  const { code, message } = toldInside(`The image ${tag} was not built.`, words, `.${lines}`)
  return new Failure(code, message, { words, output: last.join('\n') })
}

function contextUnreadable(error: Error): Failure {
  if (error instanceof Failure) return error
  const message = `What the image is built from could not be read: ${error.message}. Check the files of the app.`
  return new Failure('TARGET_REFUSED', message, {}, { cause: error })
}

export async function inspectImage(client: EngineClient, reference: string, signal?: AbortSignal): Promise<BuiltImage> {
  const found = await client.json<{ Id: string; Size: number }>({
    path: `${imagePath(reference)}/json`,
    ...(signal ? { signal } : {}),
  })
  return { id: found.Id, sizeBytes: found.Size }
}

/** Gives it a further name; one that another image had goes over to it. */
export async function tagImage(client: EngineClient, reference: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(':')
  const query = { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) }
  await client.act({ method: 'POST', path: `${imagePath(reference)}/tag`, query })
}

/** Takes the name away, and the image with it where it has no other. One that a container uses stays: STATE_CONFLICT. */
export async function removeImage(client: EngineClient, reference: string): Promise<void> {
  try {
    await client.act({ method: 'DELETE', path: imagePath(reference) })
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error
  }
}
