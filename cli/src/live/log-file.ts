import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { Complaint } from '../failure.ts'

/** A file that log lines go to as they come, written through so that Ctrl-C loses none. Only its owner may read it. */
export class LogFile {
  readonly path: string
  readonly #handle: number
  #written = 0
  #open = true

  constructor(name: string) {
    this.path = resolve(name)
    try {
      this.#handle = openSync(this.path, 'w', 0o600)
      fchmodSync(this.#handle, 0o600)
    } catch (error) {
      throw new Complaint('failed', 'FILE', `${this.path} cannot be written: ${(error as Error).message}.`)
    }
  }

  /** Bytes so far. */
  get written(): number {
    return this.#written
  }

  write(text: string): void {
    if (!this.#open) return
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at)
    this.#written += bytes.length
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#handle)
  }
}
