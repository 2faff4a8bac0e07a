import { Redis } from 'ioredis'
import type { Log } from '../log/index.ts'
import { canonical } from './canonical.ts'
import { Remembering } from './remember.ts'
import type { State } from './state.ts'

export interface RedisStateOptions {
  readonly url: string
  readonly log: Log
  readonly prefix: string
}

// Each runs as one step in Redis. An empty time to live means none.
const compareAndSetScript = `
local now = redis.call('GET', KEYS[1])
if (now or 'null') ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`
const incrementScript = `
local fresh = redis.call('EXISTS', KEYS[1]) == 0
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if fresh and ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return count`

/** Keeps values in Redis, where every instance of the prefix sees them. Calls fail after a few tries while Redis is away. */
export function createRedisState(options: RedisStateOptions): State {
  const { url, log, prefix } = options
  const redis = new Redis(url, { maxRetriesPerRequest: 3, retryStrategy: (tries) => Math.min(100 * tries, 3000) })
  redis.on('error', (error) => log.warn({ err: error }, 'the shared state cannot reach Redis'))
  const remembering = new Remembering()
  const at = (key: string): string => prefix + key
  const ttl = (ttlMs: number | null | undefined): string =>
    ttlMs === undefined || ttlMs === null ? '' : String(Math.max(1, Math.ceil(ttlMs)))
  const read = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

  async function put(key: string, value: unknown, ttlMs: number | null | undefined): Promise<void> {
    const milliseconds = ttl(ttlMs)
    if (milliseconds === '') await redis.set(at(key), canonical(value))
    else await redis.set(at(key), canonical(value), 'PX', milliseconds)
  }

  async function keysOf(start: string): Promise<string[]> {
    const found = new Set<string>()
    const pattern = `${at(start).replaceAll(/[\\*?[\]]/g, '\\$&')}*`
    let cursor = '0'
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500)
      for (const key of keys) found.add(key.slice(prefix.length))
      cursor = next
    } while (cursor !== '0')
    return [...found].sort()
  }

  async function leftOf(key: string): Promise<number | null> {
    const left = await redis.pttl(at(key))
    return left >= 0 ? Math.max(1, left) : null
  }

  const state: State = {
    kind: 'redis',
    get: async <T>(key: string) => read(await redis.get(at(key))) as T | null,
    set: put,
    async add(key, value, ttlMs) {
      const milliseconds = ttl(ttlMs)
      const text = canonical(value)
      const answer =
        milliseconds === ''
          ? await redis.set(at(key), text, 'NX')
          : await redis.set(at(key), text, 'PX', milliseconds, 'NX')
      return answer === 'OK'
    },
    async compareAndSet(key, expected, value, ttlMs) {
      const args = [canonical(expected), canonical(value), ttl(ttlMs)]
      return (await redis.eval(compareAndSetScript, 1, at(key), ...args)) === 1
    },
    take: async <T>(key: string) => read(await redis.getdel(at(key))) as T | null,
    delete: async (key) => (await redis.del(at(key))) === 1,
    increment: async (key, by = 1, ttlMs) => Number(await redis.eval(incrementScript, 1, at(key), by, ttl(ttlMs))),
    ttlMs: leftOf,
    keys: keysOf,
    async snapshot(start) {
      const saved: Awaited<ReturnType<State['snapshot']>> = {}
      for (const key of await keysOf(start)) {
        const [text, ttlMs] = await Promise.all([redis.get(at(key)), leftOf(key)])
        if (text !== null) saved[key] = { value: read(text), ttlMs }
      }
      return saved
    },
    async restore(saved) {
      for (const [key, { value, ttlMs }] of Object.entries(saved)) await put(key, value, ttlMs)
    },
    async remember<T>(key: string, ttlMs: number, make: () => Promise<T>) {
      return await remembering.share(key, async () => {
        const text = await redis.get(at(key))
        if (text !== null) return JSON.parse(text) as T
        const value = await make()
        await put(key, value, ttlMs)
        return value
      })
    },
    async close() {
      if (redis.status === 'ready') await redis.quit().catch(() => undefined)
      redis.disconnect()
    },
  }
  return state
}
