import { Failure } from '@wheelhouse/contract'
import type { ImageDetail, Images, LayerReport, ObservedImage, RegistrySignIn } from '@wheelhouse/driver'
import { type EngineClient, registryAuth } from '@wheelhouse/engine'
import type { Readable } from 'node:stream'
import { loadImages, saveImages } from './archive.ts'
import { imageDetail } from './detail.ts'
import { imagePath, splitReference } from './image-path.ts'
import { listImages } from './list.ts'
import { pullLayers, pushLayers } from './transfer.ts'

/** Images of one engine. Each part has a file of its own; this one only brings them together. */
export class DockerImages implements Images {
  readonly #client: EngineClient

  constructor(client: EngineClient) {
    this.#client = client
  }

  list(signal?: AbortSignal): Promise<readonly ObservedImage[]> {
    return listImages(this.#client, signal)
  }
  detail(image: string): Promise<ImageDetail> {
    return imageDetail(this.#client, image)
  }
  pull(
    reference: string,
    signIn: RegistrySignIn | null,
    report: LayerReport,
    signal: AbortSignal,
    platform?: string,
  ): Promise<string> {
    return pullLayers(this.#client, reference, signIn, report, signal, platform)
  }
  push(
    reference: string,
    signIn: RegistrySignIn | null,
    report: LayerReport,
    signal: AbortSignal,
  ): Promise<string | null> {
    return pushLayers(this.#client, reference, signIn, report, signal)
  }

  async tag(image: string, reference: string): Promise<void> {
    const { name: repo, tag } = splitReference(reference)
    await this.#client.act({ path: `${imagePath(image)}/tag`, query: { repo, tag } })
  }

  async remove(
    image: string,
    { force }: { readonly force: boolean },
  ): Promise<{ readonly untagged: readonly string[]; readonly removed: readonly string[] }> {
    const answer = await this.#client.json<readonly { Untagged?: string; Deleted?: string }[]>({
      method: 'DELETE',
      path: imagePath(image),
      query: { force: force || null },
      lane: 'act',
      timeoutMs: null,
    })
    return {
      untagged: answer.flatMap(({ Untagged }) => Untagged ?? []),
      removed: answer.flatMap(({ Deleted }) => Deleted ?? []),
    }
  }

  save(images: readonly string[], signal: AbortSignal): Promise<Readable> {
    return saveImages(this.#client, images, signal)
  }
  load(tar: Readable, signal: AbortSignal): Promise<readonly string[]> {
    return loadImages(this.#client, tar, signal)
  }

  async remoteDigest(reference: string, signIn: RegistrySignIn | null, signal: AbortSignal): Promise<string | null> {
    try {
      const { Descriptor } = await this.#client.json<{ Descriptor?: { digest?: string } }>({
        path: `/distribution/${reference.split('/').map(encodeURIComponent).join('/')}/json`,
        headers: registryAuth(signIn),
        lane: 'act',
        timeoutMs: null,
        signal,
      })
      return Descriptor?.digest ?? null
    } catch (error) {
      if (error instanceof Failure && error.code === 'NOT_FOUND') return null
      throw error
    }
  }
}
