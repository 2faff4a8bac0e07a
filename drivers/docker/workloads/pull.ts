import type { Progress, RegistrySignIn } from '@wheelhouse/driver'
import { type EngineClient, jsonLines, registryAuth, toldInside } from '@wheelhouse/engine'
import { splitReference } from '../images/image-path.ts'

/** One line of the answer of POST /images/create. */
export interface PullLine {
  readonly id?: string
  readonly status?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
}

/** Pulls an image. Leaving the request cancels the pull, so an abort leaves nothing behind. */
export async function pullImage(
  client: EngineClient,
  image: string,
  signIn: RegistrySignIn | null,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  progress(`Pulling ${image}.`, 0)
  // Without a tag the engine would pull every tag there is.
  const { name: fromImage, tag } = splitReference(image)
  const body = await client.stream({
    method: 'POST',
    path: '/images/create',
    query: { fromImage, tag },
    headers: registryAuth(signIn),
    signal,
  })
  const meter = new PullMeter(image)
  try {
    for await (const line of jsonLines<PullLine>(body)) {
      // The answer began with status 200: a failure comes inside.
      const words = line.errorDetail?.message ?? line.error
      if (words !== undefined) throw toldInside(`${image} was not pulled.`, words)
      const step = meter.read(line)
      if (step) progress(step.message, step.fraction)
    }
  } catch (error) {
    throw client.broken(error, signal)
  } finally {
    body.destroy()
  }
  progress(`${image} is pulled.`, 1)
}

interface Layer {
  downloaded: number
  extracted: number
  bytes: number
}

/** What of a layer's work the download is; the rest is unpacking. */
const downloadShare = 0.7
const ready: ReadonlySet<string> = new Set(['Pull complete', 'Already exists'])

/** Adds the layers up. Tells a step only when a whole percent or a layer's phase has changed. */
export class PullMeter {
  readonly #image: string
  readonly #layers = new Map<string, Layer>()
  #told = ''
  #fraction = 0

  constructor(image: string) {
    this.#image = image
  }

  read({ id, status = '', progressDetail }: PullLine): { message: string; fraction: number } | null {
    if (!id || /^Pulling from|^Digest|^Status/.test(status)) return null
    const layer = this.#layers.get(id) ?? { downloaded: 0, extracted: 0, bytes: 0 }
    this.#layers.set(id, layer)
    const { current = 0, total = 0 } = progressDetail ?? {}
    if (total > 0) layer.bytes = Math.max(layer.bytes, total)
    const part = total > 0 ? Math.min(1, current / total) : 0
    if (status === 'Downloading') layer.downloaded = Math.max(layer.downloaded, part)
    else if (status === 'Extracting')
      Object.assign(layer, { downloaded: 1, extracted: Math.max(layer.extracted, part) })
    else if (status === 'Download complete' || status === 'Verifying Checksum') layer.downloaded = 1
    else if (ready.has(status)) Object.assign(layer, { downloaded: 1, extracted: 1 })
    this.#fraction = Math.max(this.#fraction, this.#done())
    const key = `${Math.floor(this.#fraction * 100)} ${id} ${status}`
    if (key === this.#told) return null
    this.#told = key
    const size = total > 0 ? `, ${megabytes(current)} of ${megabytes(total)} MB` : ''
    return { message: `Pulling ${this.#image}: layer ${id} ${status.toLowerCase()}${size}.`, fraction: this.#fraction }
  }

  /** Layers weigh by size; one whose size is not told yet weighs as much as the average. */
  #done(): number {
    const layers = [...this.#layers.values()]
    const known = layers.filter((layer) => layer.bytes > 0)
    const average = known.reduce((sum, layer) => sum + layer.bytes, 0) / (known.length || 1) || 1
    let all = 0
    let done = 0
    for (const layer of layers) {
      const weight = layer.bytes || average
      all += weight
      done += weight * (layer.downloaded * downloadShare + layer.extracted * (1 - downloadShare))
    }
    return all === 0 ? 0 : done / all
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
