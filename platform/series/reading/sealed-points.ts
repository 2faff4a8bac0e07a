import { crc32 } from 'node:zlib'
import { columnsOf } from '../codec/block.ts'
import { type BlockPlace, decodedDirectory, type Directory, directoryLength, footBytes } from '../codec/directory.ts'
import type { Column, Points, Wanted } from '../codec/points.ts'
import type { ChunkKeeper, OpenWindow, Window } from '../keeping/chunk-keeper.ts'

/** What was met while windows were read. */
export interface Scanned {
  windows: number
  blocks: number
  bytes: number
  /** Blocks, or whole windows, that are not what was written; what they held is a gap. */
  broken: number
}
export const nothingScanned = (): Scanned => ({ windows: 0, blocks: 0, bytes: 0, broken: 0 })

/** A window has been removed since it was listed: ask for the list again. */
export class WindowGone extends Error {
  override readonly name = 'WindowGone'
}

/** Directories of the windows that were read last, so that reading one again costs nothing. */
export class Directories {
  readonly #known = new Map<string, Directory>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** Null where the window is not what was written. */
  async of(window: Window, file: OpenWindow): Promise<Directory | null> {
    const name = `${window.tierMs} ${window.seqFrom} ${window.seqTo} ${window.from} ${window.bytes}`
    const known = this.#known.get(name) ?? (await readDirectory(window, file))
    if (known === null) return null
    this.#known.delete(name)
    this.#known.set(name, known)
    if (this.#known.size > this.#most) this.#known.delete(this.#known.keys().next().value!)
    return known
  }
}

async function readDirectory(window: Window, file: OpenWindow): Promise<Directory | null> {
  if (window.bytes < footBytes) return null
  const length = directoryLength(await file.read(window.bytes - footBytes, footBytes), window.bytes)
  if (length === null) return null
  try {
    const found = decodedDirectory(await file.read(window.bytes - footBytes - length, length + footBytes))
    return found?.times.length === window.points ? found : null
  } catch {
    return null
  }
}

/** A sealed window that was opened. */
export class SealedPoints implements Points {
  readonly stepMs: number
  readonly times: Float64Array
  readonly keys: readonly number[]
  readonly #blocks: ReadonlyMap<number, readonly BlockPlace[]>
  readonly #file: OpenWindow
  readonly #scanned: Scanned

  private constructor(stepMs: number, { times, blocks }: Directory, file: OpenWindow, scanned: Scanned) {
    this.stepMs = stepMs
    this.times = times
    this.#file = file
    this.#scanned = scanned
    this.#blocks = Map.groupBy(blocks, ({ key }) => key)
    this.keys = [...this.#blocks.keys()]
  }

  /** Null, and counted as broken, where it is not what was written. Throws WindowGone. */
  static async open(
    keeper: ChunkKeeper,
    window: Window,
    directories: Directories,
    scanned: Scanned,
  ): Promise<SealedPoints | null> {
    const file = await keeper.open(window)
    if (file === null) throw new WindowGone('A window has been removed meanwhile')
    const directory = await directories.of(window, file)
    scanned.windows++
    if (directory !== null) return new SealedPoints(window.tierMs, directory, file, scanned)
    scanned.broken++
    await file.close()
    return null
  }

  edges(key: number): number[] {
    return (this.#blocks.get(key) ?? []).map(({ firstEntity }) => firstEntity)
  }

  async columns(key: number, { first, last, only }: Wanted): Promise<Iterable<Column>> {
    const blocks = (this.#blocks.get(key) ?? []).filter(
      ({ firstEntity, lastEntity }) => firstEntity <= last && lastEntity >= first,
    )
    const [from] = blocks
    if (from === undefined) return []
    const end = blocks.at(-1)!.offset + blocks.at(-1)!.length
    // Blocks of a key stand one after the other: one read for all of them.
    const bytes = await this.#file.read(from.offset, end - from.offset)
    this.#scanned.bytes += bytes.length
    const isWanted = (entity: number): boolean => entity >= first && entity <= last && only?.has(entity) !== false
    return this.#columnsIn(bytes, from.offset, blocks, isWanted)
  }

  *#columnsIn(
    bytes: Uint8Array,
    start: number,
    blocks: readonly BlockPlace[],
    isWanted: (entity: number) => boolean,
  ): Generator<Column> {
    for (const { offset, length, crc } of blocks) {
      const block = bytes.subarray(offset - start, offset - start + length)
      this.#scanned.blocks++
      if (block.length === length && crc32(block) === crc) yield* columnsOf(block, this.times.length, isWanted)
      else this.#scanned.broken++
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}
