import { createHash } from 'node:crypto'
import { finished, type Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import type { FoundImage, Progress } from '@wheelhouse/driver'
import { type EngineClient, jsonLines, toldInside } from '@wheelhouse/engine'
import { imagePath } from '../images/image-path.ts'

interface InspectedImage {
  readonly Id: string
  readonly Size: number
  readonly Architecture?: string
  readonly Os?: string
  readonly RootFS?: { readonly Layers?: readonly string[] | null }
  readonly Config?: Readonly<Record<string, unknown>> | null
}

/** One line of the answer of POST /images/load. */
interface LoadLine {
  readonly stream?: string
  readonly status?: string
  readonly id?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** What of an image's config says how it runs. Engines add to the rest: a container's id, a version of their own. */
const ofConfig = [
  'Cmd',
  'Entrypoint',
  'Env',
  'ExposedPorts',
  'Healthcheck',
  'Labels',
  'OnBuild',
  'Shell',
  'StopSignal',
  'User',
  'Volumes',
  'WorkingDir',
]

export async function findImage(
  client: EngineClient,
  reference: string,
  signal?: AbortSignal,
): Promise<FoundImage | null> {
  try {
    const found = await client.json<InspectedImage>({
      path: `${imagePath(reference)}/json`,
      ...(signal ? { signal } : {}),
    })
    return { id: found.Id, content: contentOf(found), sizeBytes: found.Size }
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null
    throw error
  }
}

/** The same for the same layers that run the same way. Engines that keep images in containerd's store number them differently. */
function contentOf({ Architecture, Os, RootFS, Config }: InspectedImage): string {
  const config = ofConfig.map((key) => sorted(Config?.[key]))
  const text = JSON.stringify([Architecture ?? '', Os ?? '', RootFS?.Layers ?? [], config])
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** One engine leaves out what another says is empty, and objects come in any order. */
function sorted(value: unknown): unknown {
  if (value === undefined || value === '') return null
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.length === 0 ? null : (value as unknown[])
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? null : entries
}

/** The tar comes as the engine makes it: nothing is kept here, and an engine that is read slowly waits. */
export async function exportImage(client: EngineClient, reference: string, signal: AbortSignal): Promise<Readable> {
  const body = await client.stream({ path: '/images/get', query: { names: reference }, signal })
  body.once('error', () => undefined) // whoever reads it hears of it too
  return body
}

/** Throws TARGET_REFUSED with the engine's words; what the tar itself breaks with is thrown as it is. */
export async function importImage(
  client: EngineClient,
  tar: Readable,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  let broken: Error | null = null
  const left = finished(tar, { writable: false }, (error) => {
    if (error) broken = error
  })
  try {
    const query = { quiet: 0 }
    const body = await client.stream({ method: 'POST', path: '/images/load', query, tar, signal })
    try {
      await readLoad(jsonLines<LoadLine>(body), progress)
    } finally {
      body.destroy()
    }
    if (broken !== null) throw broken
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof Failure && (error.code === 'TARGET_REFUSED' || error.code === 'STORAGE_FULL')) throw error
    if (broken !== null) throw broken
    throw client.broken(error, signal)
  } finally {
    left()
    tar.destroy()
  }
}

/** The answer began with status 200: a failure comes inside. */
async function readLoad(lines: AsyncIterable<LoadLine>, progress: Progress): Promise<void> {
  let told = ''
  for await (const { stream, status, id, progressDetail, error, errorDetail } of lines) {
    const words = errorDetail?.message ?? error
    if (words !== undefined) throw toldInside('The image was not loaded.', words.trim())
    const { current = 0, total = 0 } = progressDetail ?? {}
    const part = total > 0 ? Math.min(1, current / total) : 0
    const text = stream?.trim() ?? (status === undefined || id === undefined ? '' : `layer ${id}: ${status}`)
    // Once for each tenth of a layer: an engine tells each 32 kB.
    const step = `${text} ${Math.floor(part * 10)}`
    if (text === '' || step === told) continue
    told = step
    progress(total > 0 ? `${text} ${Math.floor(part * 100)} %` : text)
  }
}
