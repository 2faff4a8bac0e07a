import type { Redis } from 'ioredis'

export const CLAIM_MS = 30_000

// The list of a key holds those who want to run, the first of them may. Asking twice keeps the place.
const turnScript = `
if not redis.call('LPOS', KEYS[1], ARGV[1]) then redis.call('RPUSH', KEYS[1], ARGV[1]) end
return redis.call('LINDEX', KEYS[1], 0)`
const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/** Who holds a job, and whose turn it is in a key, as all instances see it. A claim ends 30 s after its holder died. */
export class BullClaims {
  readonly #redis: Redis
  readonly #prefix: string
  readonly #owner: string

  constructor(redis: Redis, prefix: string, owner: string) {
    this.#redis = redis
    this.#prefix = prefix
    this.#owner = owner
  }

  async claim(id: string): Promise<boolean> {
    return (await this.#redis.set(this.#claimKey(id), this.#owner, 'PX', CLAIM_MS, 'NX')) === 'OK'
  }

  async renew(id: string): Promise<void> {
    await this.#redis.set(this.#claimKey(id), this.#owner, 'PX', CLAIM_MS)
  }

  async release(id: string): Promise<void> {
    await this.#redis.eval(releaseScript, 1, this.#claimKey(id), this.#owner)
  }

  /** Joins the line of the key; answers who is first. */
  async standInLine(key: string, id: string): Promise<string> {
    return String(await this.#redis.eval(turnScript, 1, this.#turnKey(key), id))
  }

  async leaveLine(key: string, id: string): Promise<void> {
    await this.#redis.lrem(this.#turnKey(key), 0, id)
  }

  #claimKey(id: string): string {
    return `${this.#prefix}jobs:claim:${id}`
  }

  #turnKey(key: string): string {
    return `${this.#prefix}jobs:turn:${key}`
  }
}
