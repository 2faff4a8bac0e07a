import type { Client } from '@wheelhouse/client'
import type { Image, Job } from '@wheelhouse/contract'
import type { Connection, ContainerSpec, Driver, Images, ObservedImage } from '@wheelhouse/driver'
import { createDockerDriver } from '@wheelhouse/driver-docker'
import { container, idle } from '../../../../../test/docker/container.ts'
import { EngineBench, never, openEngine } from '../../../../../test/docker/engine-bench.ts'
import { buildSmallImage } from '../../../../../test/docker/small-image.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'
import { where } from '../../../../../test/needs.ts'

const quiet = (): void => undefined

/**
 * A house on the lab's engine that sees only the images of this run: the engine is shared, and what a clean-up removes must be ours.
 * Everything else is the real engine.
 */
export class ImageHouse {
  readonly mark: string
  readonly #bench = new EngineBench(where('docker'))
  readonly #engine: Connection
  readonly #names: string[] = []
  readonly #containers: string[] = []
  #house!: TestHouse

  private constructor() {
    this.mark = this.#bench.name('run')
    this.#engine = openEngine(where('docker'))
  }

  static async open(env: Record<string, string> = {}): Promise<ImageHouse> {
    const made = new ImageHouse()
    made.#house = await openTestHouse({ engine: where('docker'), docker: made.#driver(), env })
    await made.until('the engine', async () => (await made.admin.targets.get({ id: 'docker' })).state === 'connected')
    return made
  }

  get house(): TestHouse {
    return this.#house
  }
  get admin(): Client {
    return this.#house.admin
  }
  /** The engine itself, with all its images. */
  get images(): Images {
    return this.#engine.images!
  }

  /** A name of this run, `latest` unless a tag is told. */
  name(word: string, before = '', tag = 'latest'): string {
    const name = `${before}${this.#bench.name(word)}:${tag}`
    this.#names.push(name)
    return name
  }

  /** An image with a layer of its own, once the house shows it. */
  async build(name: string, layerBytes = 4096): Promise<Image> {
    await buildSmallImage(this.#engine, name, layerBytes, this.mark)
    return this.row(name)
  }

  /** The row of a name, once it fits. */
  row(name: string, fits: (image: Image) => boolean = () => true): Promise<Image> {
    return this.until(`the image ${name}`, async () => {
      const { items } = await this.admin.images.list({ target: 'docker' })
      return items.find((image) => (image.tags.includes(name) || image.imageId === name) && fits(image))
    })
  }

  /** A container of an image, running; answers its name. */
  async run(image: string, more: Partial<ContainerSpec> = {}): Promise<string> {
    const name = this.#bench.name('user')
    this.#containers.push(await this.#engine.create(container(name, idle, { image, ...more }), quiet, never))
    await this.row(
      (await this.images.list()).find(({ tags }) => tags.includes(image))?.imageId ?? image,
      ({ usedBy }) => usedBy.some((service) => service.name === name),
    )
    return name
  }
  async stop(index = 0): Promise<void> {
    await this.#engine.stop(this.#containers[index] ?? '', { timeoutMs: 1000 })
  }

  async ended(job: Job): Promise<Job> {
    return this.until(`the end of ${job.title}`, async () => {
      const now = await this.admin.jobs.get({ id: job.id })
      return now.finishedAt === null ? null : now
    })
  }

  async until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
    for (let tries = 0; tries < 1800; tries += 1) {
      const found = await look()
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`never seen: ${what}`)
  }

  async close(): Promise<void> {
    await this.#house.close()
    const gone = { force: true, volumes: true }
    for (const id of this.#containers) await this.#engine.remove(id, gone).catch(quiet)
    for (const name of this.#names) await this.images.remove(name, { force: true }).catch(quiet)
    const left = (await this.images.list()).filter((image) => this.#ours(image))
    for (const { imageId } of left) await this.images.remove(imageId, { force: true }).catch(quiet)
    await this.#bench.close()
    await this.#engine.close()
  }

  #ours(image: ObservedImage): boolean {
    return image.labels['made.by'] === this.mark || image.tags.some((tag) => this.#names.includes(tag))
  }

  #driver(): Driver {
    const real = createDockerDriver()
    return {
      kind: 'docker',
      open: (options, log) => {
        const connection = real.open(options, log)
        const images = connection.images!
        const list = images.list.bind(images)
        const watch = connection.watch.bind(connection)
        const ours = (all: readonly ObservedImage[]) => all.filter((image) => this.#ours(image))
        Object.assign(images, { list: async (signal?: AbortSignal) => ours(await list(signal)) })
        return Object.assign(connection, {
          watch: (observer: Parameters<Connection['watch']>[0], signal: AbortSignal) => {
            const tell = observer.images?.bind(observer)
            return watch(
              Object.assign(observer, { images: (all: readonly ObservedImage[]) => tell?.(ours(all)) }),
              signal,
            )
          },
        })
      },
    }
  }
}
