import type { EngineClient } from '@wheelhouse/engine'
import type { Access } from '../files/archive-files.ts'
import { dropHolder, makeHolder, mountPoint } from './holder.ts'

interface Held {
  readonly id: Promise<string>
  users: number
  timer: NodeJS.Timeout | null
}

/** Whoever browses asks again in a moment; after that the volume must be free to be removed. */
const lingerMs = 4000

/** One holder a volume for all who read or write it at the same time, and for a moment after. */
export class Holders {
  readonly #client: EngineClient
  readonly #held = new Map<string, Held>()

  constructor(client: EngineClient) {
    this.#client = client
  }

  /** NOT_FOUND where there is no such volume. */
  async open(name: string, signal: AbortSignal): Promise<Access> {
    const known = this.#held.get(name)
    // Made without the signal of the first who asks: others wait for it too.
    const held = known ?? { id: makeHolder(this.#client, name, new AbortController().signal), users: 0, timer: null }
    if (!known) this.#held.set(name, held)
    held.users += 1
    if (held.timer) clearTimeout(held.timer)
    held.timer = null
    let released = false
    const release = (): void => {
      if (released) return
      released = true
      held.users -= 1
      if (held.users > 0) return
      if (this.#held.get(name) !== held) void this.#drop(held)
      else held.timer = setTimeout(() => void this.free(name), lingerMs).unref()
    }
    try {
      const id = await held.id
      signal.throwIfAborted()
      return { id, root: mountPoint, release }
    } catch (error) {
      if (this.#held.get(name) === held && !(await exists(held))) this.#held.delete(name)
      release()
      throw error
    }
  }

  /** Takes the holder of a volume away, at once where nobody works with it. */
  async free(name: string): Promise<void> {
    const held = this.#held.get(name)
    if (!held) return
    this.#held.delete(name)
    if (held.timer) clearTimeout(held.timer)
    if (held.users === 0) await this.#drop(held)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((name) => this.free(name)))
  }

  async #drop(held: Held): Promise<void> {
    const id = await held.id.catch(() => null)
    if (id !== null) await dropHolder(this.#client, id)
  }
}

const exists = (held: Held): Promise<boolean> =>
  held.id.then(
    () => true,
    () => false,
  )
