import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, echo, upgradeTo } from './ask.ts'

export interface Tally {
  readonly asked: number
  /** What went wrong, by kind of client. */
  readonly failures: readonly string[]
}

/** Clients of every kind that never stop asking, until they are told to; each waits for its answer before it asks again. */
export class SteadyClients {
  readonly #agent = new Agent({ keepAlive: true })
  readonly #loops: Promise<void>[]
  readonly #port: number
  readonly #again: boolean
  #asked = 0
  readonly #failures: string[] = []
  #stopped = false

  /** `again`: clients repeat a request whose connection was reset before a byte of the answer. `upgrades`: whether upgraded ones take part. */
  constructor(port: number, { again = false, upgrades = true } = {}) {
    this.#port = port
    this.#again = again
    const kept = this.#agent
    const body = Buffer.alloc(20_000, 'x')
    const get = (agent: Agent | undefined, path: string) => () => this.#ask({ agent, path })
    this.#loops = [
      this.#loop('GET on a kept connection', get(kept, '/')),
      this.#loop('GET on a kept connection', get(kept, '/')),
      this.#loop('GET on a new connection', get(undefined, '/')),
      this.#loop('GET on a new connection', get(undefined, '/')),
      this.#loop('POST on a kept connection', () => this.#ask({ agent: kept, path: '/echo', method: 'POST', body })),
      this.#loop('POST on a new connection', () => this.#ask({ path: '/echo', method: 'POST', body })),
      this.#loop('slow GET', get(kept, '/slow?ms=120')),
      this.#loop('slow GET', get(undefined, '/slow?ms=60')),
      ...(upgrades ? [this.#loop('upgraded', () => this.#talk())] : []),
    ]
  }

  async stop(): Promise<Tally> {
    this.#stopped = true
    await Promise.all(this.#loops)
    this.#agent.destroy()
    return { asked: this.#asked, failures: this.#failures }
  }

  async #loop(kind: string, work: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      this.#asked++
      await work().catch((error: Error) => this.#failures.push(`${kind}: ${error.message}`))
      await pause(1)
    }
  }

  async #ask(wish: { agent?: Agent | undefined; path: string; method?: string; body?: Buffer }): Promise<void> {
    const { agent, ...rest } = wish
    const answer = await ask({ ...rest, ...(agent ? { agent } : {}), port: this.#port, again: this.#again })
    if (answer.status !== 200) throw new Error(`status ${answer.status} ${answer.body.toString().trim()}`)
    const whole = wish.body === undefined ? answer.body.toString().endsWith(String(answer.headers['x-instance'])) : null
    if (whole === false || (wish.body && !answer.body.equals(wish.body))) throw new Error('the answer is not whole')
  }

  async #talk(): Promise<void> {
    const { socket } = await upgradeTo(this.#port)
    try {
      for (let line = 0; line < 5; line++) {
        await echo(socket, `line ${line}\n`)
        await pause(10)
      }
    } finally {
      socket.end()
    }
  }
}
