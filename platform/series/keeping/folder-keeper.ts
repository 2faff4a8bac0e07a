import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type ChunkKeeper, type OpenWindow, type Window, windowName } from './chunk-keeper.ts'

const ending = '.series'
const unfinished = '.part'
const named = /^(\d+)_(\d+)_(-?\d+)_(-?\d+)_(\d+)\.series$/

/** Node writes what fits; the rest is up to us. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}

/** Makes what was named or renamed in a folder outlive a crash of the machine. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Windows as files, a folder for each tier; all that is known of one without opening it is in its name. */
export class FolderKeeper implements ChunkKeeper {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async list(): Promise<Window[]> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    return readdirSync(this.#folder)
      .filter((tier) => /^\d+$/.test(tier))
      .flatMap((tier) => this.#listTier(Number(tier)))
  }

  #listTier(tierMs: number): Window[] {
    const folder = join(this.#folder, String(tierMs))
    const found: Window[] = []
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const parts = named.exec(name)?.slice(1).map(Number)
      if (parts) {
        const [seqFrom, seqTo, from, to, points] = parts as [number, number, number, number, number]
        found.push({ tierMs, seqFrom, seqTo, from, to, points, bytes: statSync(path).size })
      } else if (name.endsWith(unfinished)) rmSync(path, { force: true })
    }
    return found
  }

  async put(window: Omit<Window, 'bytes'>, pieces: AsyncIterable<Uint8Array>): Promise<Window> {
    const path = this.#pathOf(window)
    const folder = join(this.#folder, String(window.tierMs))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = openSync(`${path}${unfinished}`, 'w', 0o600)
    let bytes = 0
    try {
      for await (const piece of pieces) {
        writeAll(file, piece)
        bytes += piece.length
      }
      fdatasyncSync(file)
    } catch (error) {
      rmSync(`${path}${unfinished}`, { force: true })
      throw error
    } finally {
      closeSync(file)
    }
    renameSync(`${path}${unfinished}`, path)
    syncFolder(folder)
    return { ...window, bytes }
  }

  async open(window: Window): Promise<OpenWindow | null> {
    let file: number
    try {
      file = openSync(this.#pathOf(window), 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    return {
      async read(offset, length) {
        const bytes = Buffer.allocUnsafe(length)
        return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
      },
      async close() {
        closeSync(file)
      },
    }
  }

  async remove(window: Window): Promise<void> {
    rmSync(this.#pathOf(window), { force: true })
  }

  #pathOf(window: Omit<Window, 'bytes'>): string {
    return join(this.#folder, String(window.tierMs), `${windowName(window)}${ending}`)
  }
}
