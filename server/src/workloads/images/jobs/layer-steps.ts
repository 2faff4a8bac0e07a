import type { LayerProgress } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'

const tellMs = 200
const downloadShare = 0.7
const phases: Readonly<Record<string, { readonly state: 'waiting' | 'running' | 'done'; readonly words: string }>> = {
  'Pulling fs layer': { state: 'waiting', words: 'waits' },
  Preparing: { state: 'waiting', words: 'waits' },
  Waiting: { state: 'waiting', words: 'waits' },
  'Retrying in 1 second': { state: 'waiting', words: 'tries again' },
  Downloading: { state: 'running', words: 'downloads' },
  'Verifying Checksum': { state: 'running', words: 'is checked' },
  'Download complete': { state: 'running', words: 'is downloaded' },
  Extracting: { state: 'running', words: 'unpacks' },
  Pushing: { state: 'running', words: 'uploads' },
  'Pull complete': { state: 'done', words: 'is here' },
  'Already exists': { state: 'done', words: 'was here' },
  Pushed: { state: 'done', words: 'is there' },
  'Layer already exists': { state: 'done', words: 'was there' },
}

interface Layer {
  status: string
  bytes: number
  done: number
  toldAt: number
}

/** Shows the layers of a pull or push as steps of a job, and adds them up. */
export class LayerSteps {
  readonly #job: Pick<JobContext, 'step' | 'progress'>
  readonly #what: string
  readonly #now: () => number
  readonly #layers = new Map<string, Layer>()
  #most = 0

  constructor(job: Pick<JobContext, 'step' | 'progress'>, what: string, now: () => number = Date.now) {
    this.#job = job
    this.#what = what
    this.#now = now
  }

  readonly report = ({ layer: id, status, current, total }: LayerProgress): void => {
    const layer = this.#layers.get(id) ?? { status: '', bytes: 0, done: 0, toldAt: 0 }
    this.#layers.set(id, layer)
    if (total !== null) layer.bytes = Math.max(layer.bytes, total)
    const phase = phases[status] ?? { state: status.startsWith('Mounted from') ? 'done' : 'running', words: status }
    const part = total === null ? 0 : Math.min(1, current / total)
    layer.done = Math.max(layer.done, phase.state === 'done' ? 1 : share(status, part))
    const turned = layer.status !== status
    if (!turned && this.#now() - layer.toldAt < tellMs) return
    layer.status = status
    layer.toldAt = this.#now()
    const size = total === null ? '' : ` ${megabytes(current)} of ${megabytes(total)} MB`
    this.#job.step(id, phase.state, `${phase.words}${size}`)
    this.#most = Math.max(this.#most, this.#fraction())
    const left = [...this.#layers.values()].filter(({ done }) => done < 1).length
    const all = this.#layers.size
    this.#job.progress(this.#most, `${this.#what}: ${all - left} of ${all} layers`)
  }

  /** The layers that had not ended when it failed. */
  failed(message: string): void {
    for (const [id, { done }] of this.#layers) if (done < 1) this.#job.step(id, 'failed', message)
  }

  /** Layers weigh by size; one whose size is not told yet weighs as much as the average. */
  #fraction(): number {
    const layers = [...this.#layers.values()]
    const known = layers.filter(({ bytes }) => bytes > 0)
    const average = known.reduce((sum, { bytes }) => sum + bytes, 0) / (known.length || 1) || 1
    const weight = ({ bytes }: Layer): number => bytes || average
    const all = layers.reduce((sum, layer) => sum + weight(layer), 0)
    return all === 0 ? 0 : layers.reduce((sum, layer) => sum + weight(layer) * layer.done, 0) / all
  }
}

/** How much of a layer's work is done. Of a pull the download is the greater part, unpacking the rest. */
function share(status: string, part: number): number {
  if (status === 'Pushing') return part * 0.99
  if (status === 'Downloading') return part * downloadShare
  if (status === 'Extracting') return downloadShare + part * (1 - downloadShare) * 0.99
  return status === 'Verifying Checksum' || status === 'Download complete' ? downloadShare : 0
}

const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1)
