import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '@wheelhouse/contract/errors'
import { checkRoute, type Route } from '../proxy/index.ts'

/** The routes on disk: what was answered with success is there after a power cut. */
export class RoutesFile {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'routes.json')
  }

  /** None where there is no file. One that cannot be read is set aside, never written over; `damaged` says where it is. */
  async read(): Promise<{ routes: Route[]; damaged: string | null }> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { routes: [], damaged: null }
      throw error
    }
    try {
      const { routes } = JSON.parse(text) as { routes: unknown[] }
      return { routes: routes.map(checkRoute), damaged: null }
    } catch {
      const damaged = `${this.#path}.damaged-${Date.now()}`
      await rename(this.#path, damaged)
      return { routes: [], damaged }
    }
  }

  /** Throws STORAGE_FULL; then the file is as it was. */
  async write(routes: readonly Route[]): Promise<void> {
    const draft = `${this.#path}.${randomBytes(4).toString('hex')}`
    try {
      const file = await open(draft, 'wx', 0o600)
      try {
        await file.writeFile(`${JSON.stringify({ routes }, null, 1)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, this.#path)
      const folder = await open(dirname(this.#path), 'r')
      try {
        await folder.sync()
      } finally {
        await folder.close()
      }
    } catch (error) {
      await rm(draft, { force: true })
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EDQUOT')
        throw new Failure(
          'STORAGE_FULL',
          `The disk of ${this.#path} is full, so no route was changed. Free some space and try again.`,
        )
      throw error
    }
  }
}
