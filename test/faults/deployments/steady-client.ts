import { Agent, request } from 'node:http'

/** Asks about a hundred times a second and counts what does not come back well; one on kept connections, or each time on a new one. */
export class SteadyClient {
  readonly failures: string[] = []
  answers = 0
  readonly #agent: Agent
  readonly #timer: ReturnType<typeof setInterval>
  readonly #open = new Set<Promise<void>>()

  constructor(port: number, keepAlive: boolean) {
    this.#agent = new Agent({ keepAlive, maxSockets: 50 })
    this.#timer = setInterval(() => {
      const asked = this.#ask(port).finally(() => this.#open.delete(asked))
      this.#open.add(asked)
    }, 10)
  }

  #ask(port: number): Promise<void> {
    return new Promise((done) => {
      const failed = (why: string): void => {
        this.failures.push(`${new Date().toISOString()} ${why}`)
        done()
      }
      const call = request({ host: '127.0.0.1', port, agent: this.#agent, timeout: 10_000 }, (response) => {
        response.resume()
        response.on('error', (error) => failed(error.message))
        response.on('end', () => {
          if (response.statusCode !== 200) return failed(`status ${response.statusCode}`)
          this.answers++
          done()
        })
      })
      call.on('timeout', () => call.destroy(new Error('no answer in 10 s')))
      call.on('error', (error) => failed(error.message))
      call.end()
    })
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#open)
    this.#agent.destroy()
  }
}
