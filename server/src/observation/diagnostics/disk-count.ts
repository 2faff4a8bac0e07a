import { lstat, opendir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DiskPart } from '@wheelhouse/contract'

const everyMs = 600_000
const firstAfterMs = 5_000
/** Between so many files others get their turn. */
const filesAtOnce = 500
/** What is larger is told as far as it was counted. */
const mostFiles = 2_000_000

/** What people call the parts of the data folder. */
const names: Readonly<Record<string, string>> = {
  logs: 'logs',
  metrics: 'metrics',
  backups: 'backups',
  artefacts: 'artefacts',
  apps: 'releases',
  shared: 'shared files',
  cache: 'build caches',
  processes: 'processes',
  git: 'git repositories',
  uploads: 'uploads',
  certs: 'certificates',
  'config-backups': 'old configs',
}

export interface DiskCountParts {
  readonly folder: string
  /** Bytes that a part may take, by its name. */
  readonly budgets: Readonly<Record<string, number>>
}

/** What the data folder holds, part by part: counted in the background, now and then, in no one's way. */
export class DiskCount {
  readonly #parts: DiskCountParts
  readonly #stop = new AbortController()
  #found: { readonly parts: DiskPart[]; readonly countedAt: string } | null = null
  #counting: Promise<void> | null = null

  constructor(parts: DiskCountParts) {
    this.#parts = parts
  }

  start(): void {
    void this.#again()
  }
  close(): void {
    this.#stop.abort()
  }
  get found(): { readonly parts: readonly DiskPart[]; readonly countedAt: string } | null {
    return this.#found
  }

  /** Counts now; joins the count that runs already. */
  count(): Promise<void> {
    this.#counting ??= this.#count().finally(() => (this.#counting = null))
    return this.#counting
  }

  async #again(): Promise<void> {
    const { signal } = this.#stop
    for (let waitMs = firstAfterMs; !signal.aborted; waitMs = everyMs) {
      const ended = await sleep(waitMs, false, { ref: false, signal }).catch(() => true)
      if (ended) return
      await this.count().catch(() => undefined)
    }
  }

  async #count(): Promise<void> {
    const { folder, budgets } = this.#parts
    const sums = new Map<string, number>()
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name)
      const database = /^wheelhouse\.db(-wal|-shm)?$/.test(entry.name)
      const name = database ? 'database' : entry.isDirectory() ? (names[entry.name] ?? entry.name) : 'other files'
      const bytes = entry.isDirectory() ? await this.#folderBytes(path) : await bytesOf(path)
      sums.set(name, (sums.get(name) ?? 0) + bytes)
    }
    const parts = [...sums]
      .map(([name, bytes]) => ({ name, bytes, budgetBytes: budgets[name] ?? null }))
      .toSorted((a, b) => b.bytes - a.bytes)
    this.#found = { parts, countedAt: new Date().toISOString() }
  }

  async #folderBytes(root: string): Promise<number> {
    const left = [root]
    let bytes = 0
    let files = 0
    for (let path = left.pop(); path !== undefined && files < mostFiles; path = left.pop()) {
      if (this.#stop.signal.aborted) return bytes
      // What goes while it is counted is nothing to count.
      const folder = await opendir(path).catch(() => null)
      if (!folder) continue
      for await (const entry of folder) {
        const inside = join(path, entry.name)
        if (entry.isDirectory()) left.push(inside)
        else bytes += await bytesOf(inside)
        if (++files % filesAtOnce === 0) await sleep(5)
      }
    }
    return bytes
  }
}

/** What it takes on the disk: a file with holes takes less than it is long. Links are not followed. */
async function bytesOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null)
  return found ? found.blocks * 512 : 0
}
