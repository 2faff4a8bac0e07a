import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onDiskOf } from './disk-full.ts'
import { copyTree, digestTree } from './tree.ts'

export interface KeptArtefact {
  readonly digest: string
  readonly sizeBytes: number
}

/** Built folders by their content. What is here is never changed; a name that is there is whole. */
export class Artefacts {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  path(digest: string): string {
    return join(this.#folder, digest.replace(/^sha256:/, ''))
  }

  async has(digest: string): Promise<boolean> {
    return stat(this.path(digest)).then(
      (found) => found.isDirectory(),
      () => false,
    )
  }

  /** Keeps a folder by its content. Throws STORAGE_FULL; then nothing of it is kept. */
  keep(from: string, exclude: readonly string[], signal: AbortSignal): Promise<KeptArtefact> {
    return onDiskOf(this.#folder, () => this.#keep(from, exclude, signal))
  }

  async #keep(from: string, exclude: readonly string[], signal: AbortSignal): Promise<KeptArtefact> {
    const { digest, sizeBytes } = await digestTree(from, exclude, signal)
    if (!(await this.has(digest))) {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      // Two runs may keep the same content at the same time: each has a part of its own.
      const part = `${this.path(digest)}.${randomUUID()}.part`
      await copyTree(from, part, exclude, signal).catch(async (error: unknown) => {
        await rm(part, { recursive: true, force: true })
        throw error
      })
      // Another run may have kept the same content in between: it is as good.
      await rename(part, this.path(digest)).catch(async (error: NodeJS.ErrnoException) => {
        await rm(part, { recursive: true, force: true })
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
      })
    }
    return { digest, sizeBytes }
  }

  async remove(digest: string): Promise<void> {
    await rm(this.path(digest), { recursive: true, force: true })
  }

  /** What a source was built to before; null where it was not, or that is gone. */
  async madeFrom(input: string): Promise<KeptArtefact | null> {
    try {
      const known = JSON.parse(await readFile(this.#note(input), 'utf8')) as KeptArtefact
      return (await this.has(known.digest)) ? known : null
    } catch {
      return null
    }
  }

  async noteMadeFrom(input: string, made: KeptArtefact): Promise<void> {
    const part = `${this.#note(input)}.${randomUUID()}.part`
    try {
      await onDiskOf(this.#folder, async () => {
        await mkdir(join(this.#folder, 'made-from'), { recursive: true, mode: 0o700 })
        await writeFile(part, JSON.stringify(made))
        await rename(part, this.#note(input))
      })
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }

  #note(input: string): string {
    return join(this.#folder, 'made-from', input.replace(/^sha256:/, ''))
  }
}
