import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { HotPoints } from '../codec/hot.ts'
import { syncFolder, writeAll } from './folder-keeper.ts'

/** Ticks of one tier that are to be sealed together, in the order they came: as they are written down, and as points to be read. */
export interface Generation {
  readonly tierMs: number
  readonly seq: number
  readonly ticks: Uint8Array[]
  readonly points: HotPoints
  bytes: number
}

const magicBytes = Buffer.from('WHST')
const headBytes = 16
const named = /^(\d+)_(\d+)\.ticks$/

/** Where ticks are written down first: a file for each generation, which goes when that one is sealed. One writer. */
export class Journal {
  readonly #folder: string
  readonly #open = new Map<string, { readonly file: number; bytes: number; isDirty: boolean }>()
  /** Places that are not what was written. */
  broken = 0

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Everything that was written down. What a crash tore off the end was never answered for, and is not counted as broken. */
  replay(): Generation[] {
    const found: Generation[] = []
    for (const name of readdirSync(this.#folder)) {
      const numbers = named.exec(name)?.slice(1).map(Number)
      if (numbers === undefined) continue
      const bytes = readFileSync(join(this.#folder, name))
      const ticks = this.#ticksIn(bytes)
      const [tierMs, seq] = numbers as [number, number]
      found.push({ tierMs, seq, ticks, points: new HotPoints(tierMs, ticks), bytes: bytes.length })
    }
    return found.sort((a, b) => a.seq - b.seq)
  }

  #ticksIn(bytes: Buffer): Uint8Array[] {
    const ticks: Uint8Array[] = []
    let isTorn = false
    for (let at = 0; at + headBytes <= bytes.length;) {
      const length = bytes.readUInt32LE(at + 4)
      const body = bytes.subarray(at + headBytes, at + headBytes + length)
      const isWhole = bytes.subarray(at, at + 4).equals(magicBytes) && body.length === length
      if (isWhole && crc32(body) === bytes.readUInt32LE(at + 8)) {
        // In memory of its own, as its columns must be aligned.
        ticks.push(new Uint8Array(body))
        if (isTorn) this.broken++
        isTorn = false
        at += headBytes + length
      } else {
        isTorn = true
        at = bytes.indexOf(magicBytes, at + 1)
        if (at < 0) break
      }
    }
    return ticks
  }

  /** Writes a tick down and adds it. It outlives this process when it returns, and a crash of the machine after `sync`. */
  append(generation: Generation, tick: Uint8Array): void {
    const path = this.#pathOf(generation)
    let open = this.#open.get(path)
    if (open === undefined) {
      open = { file: openSync(path, 'ax', 0o600), bytes: 0, isDirty: true }
      this.#open.set(path, open)
      syncFolder(this.#folder)
    }
    const head = Buffer.alloc(headBytes)
    head.set(magicBytes)
    head.writeUInt32LE(tick.length, 4)
    head.writeUInt32LE(crc32(tick), 8)
    try {
      writeAll(open.file, head)
      writeAll(open.file, tick)
    } catch (error) {
      ftruncateSync(open.file, open.bytes)
      throw error
    }
    open.bytes += headBytes + tick.length
    open.isDirty = true
    generation.ticks.push(tick)
    generation.points.add(tick)
    generation.bytes += headBytes + tick.length
  }

  sync(): void {
    for (const open of this.#open.values()) {
      if (open.isDirty) fdatasyncSync(open.file)
      open.isDirty = false
    }
  }

  /** Removes a generation: it has been sealed, or there is no room for it. */
  remove(generation: Generation): void {
    const path = this.#pathOf(generation)
    const open = this.#open.get(path)
    if (open !== undefined) closeSync(open.file)
    this.#open.delete(path)
    rmSync(path, { force: true })
  }

  close(): void {
    this.sync()
    for (const { file } of this.#open.values()) closeSync(file)
    this.#open.clear()
  }

  #pathOf({ tierMs, seq }: Generation): string {
    return join(this.#folder, `${tierMs}_${seq}.ticks`)
  }
}
