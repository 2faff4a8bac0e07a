import { canonical } from './canonical.ts'
import { Remembering } from './remember.ts'
import type { State } from './state.ts'

interface Entry {
  text: string
  endsAt: number | null
}

const SWEEP_MS = 30_000

/** Keeps values in this process; they end with it. */
export function createMemoryState(): State {
  const entries = new Map<string, Entry>()
  const remembering = new Remembering()

  // What nobody reads again would otherwise stay for ever.
  const sweep = setInterval(() => {
    for (const key of entries.keys()) find(key)
  }, SWEEP_MS).unref()

  function find(key: string): Entry | null {
    const entry = entries.get(key)
    if (!entry) return null
    if (entry.endsAt === null || entry.endsAt > Date.now()) return entry
    entries.delete(key)
    return null
  }

  function put(key: string, value: unknown, ttlMs: number | null | undefined): void {
    const endsAt = ttlMs === undefined || ttlMs === null ? null : Date.now() + ttlMs
    entries.set(key, { text: canonical(value), endsAt })
  }

  const left = (entry: Entry | null): number | null => (entry?.endsAt ? Math.max(1, entry.endsAt - Date.now()) : null)
  const read = (entry: Entry | null): unknown => (entry ? JSON.parse(entry.text) : null)
  const keysOf = (prefix: string): string[] =>
    [...entries.keys()].filter((key) => key.startsWith(prefix) && find(key)).sort()

  const state: State = {
    kind: 'memory',
    get: async <T>(key: string) => read(find(key)) as T | null,
    set: async (key, value, ttlMs) => put(key, value, ttlMs),
    async add(key, value, ttlMs) {
      if (find(key)) return false
      put(key, value, ttlMs)
      return true
    },
    async compareAndSet(key, expected, value, ttlMs) {
      if ((find(key)?.text ?? 'null') !== canonical(expected)) return false
      put(key, value, ttlMs)
      return true
    },
    async take<T>(key: string) {
      const value = read(find(key)) as T | null
      entries.delete(key)
      return value
    },
    async delete(key) {
      return find(key) !== null && entries.delete(key)
    },
    async increment(key, by = 1, ttlMs) {
      const entry = find(key)
      const count = entry ? Number(entry.text) : 0
      if (!Number.isFinite(count)) throw new TypeError(`${key} holds no number`)
      if (entry) entry.text = String(count + by)
      else put(key, by, ttlMs)
      return count + by
    },
    ttlMs: async (key) => left(find(key)),
    keys: async (prefix) => keysOf(prefix),
    async snapshot(prefix) {
      return Object.fromEntries(keysOf(prefix).map((key) => [key, { value: read(find(key)), ttlMs: left(find(key)) }]))
    },
    async restore(saved) {
      for (const [key, { value, ttlMs }] of Object.entries(saved)) put(key, value, ttlMs)
    },
    async remember<T>(key: string, ttlMs: number, make: () => Promise<T>) {
      const entry = find(key)
      if (entry) return read(entry) as T
      return await remembering.share(key, async () => {
        const value = await make()
        put(key, value, ttlMs)
        return value
      })
    },
    async close() {
      clearInterval(sweep)
      entries.clear()
    },
  }
  return state
}
