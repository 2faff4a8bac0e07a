import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '@wheelhouse/contract/errors'
import { checkRoute } from './check-route.ts'
import type { Route } from './proxy.ts'

/** The routes on disk: what was answered with success is there after a power cut. */
export class RoutesFile {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'routes.json')
  }

  /** None where there is no file. Throws INTERNAL where what is there cannot be read as routes. */
  async read(): Promise<Route[]> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
    try {
      return (JSON.parse(text) as { routes: unknown[] }).routes.map(checkRoute)
    } catch (error) {
      const message = `The routes in ${this.#path} cannot be read. Mend the file, or move it away to begin without routes.`
      throw new Failure('INTERNAL', message, { damaged: this.#path }, { cause: error })
    }
  }

  /** For one who has to go on all the same: a file that cannot be read is set aside, never written over; `damaged` says where it is. */
  async readOrSetAside(): Promise<{ routes: Route[]; damaged: string | null }> {
    try {
      return { routes: await this.read(), damaged: null }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
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
