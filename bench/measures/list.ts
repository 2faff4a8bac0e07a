import { Agent, request } from 'node:http'
import { budget, type Bench } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { openEngine } from '../subject/engine.ts'
import { openHouse, pause } from '../subject/house.ts'

const count = 1000
const rounds = 400
const engineRounds = 20

async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  for (let round = 0; round < times; round++) {
    const since = performance.now()
    await work()
    samples.push(performance.now() - since)
  }
  return samples
}

export const list: Bench = {
  name: 'list',
  about: '1,000 services over REST, from the mirror; the engine asked directly beside it',
  async run() {
    const engine = openEngine()
    await engine.sweep()
    const house = await openHouse()
    const agent = new Agent({ keepAlive: true })
    const get = (path: string): Promise<number> =>
      new Promise((done, fail) => {
        const headers = { authorization: `Bearer ${house.token}` }
        const sent = request(house.url + path, { agent, headers }, (answer) => {
          let bytes = 0
          answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
          answer.on('end', () =>
            answer.statusCode === 200 ? done(bytes) : fail(new Error(`${path}: ${answer.statusCode}`)),
          )
        })
        sent.once('error', fail).end()
      })
    try {
      await engine.create(count, 'list')
      await house.addEngine(engine.address)
      while ((await house.admin.services.list({ limit: 1 })).total < count) await pause(100)
      await pause(5000) // the mirror still looks at each container after its first list
      const whole = (): Promise<number> => get(`/api/v1/services?limit=${count}`)
      const page = (): Promise<number> => get('/api/v1/services?limit=100')
      await timed(rounds / 2, whole)
      await timed(rounds / 2, page)
      const wholes = await timed(rounds, whole)
      const pages = await timed(rounds, page)
      const bare = await timed(rounds, () => get('/health/live'))
      await timed(2, () => engine.call('GET', '/containers/json?all=1'))
      const raws = await timed(engineRounds, () => engine.call('GET', '/containers/json?all=1'))
      const raw = { what: 'the engine itself, p50', value: median(raws) }
      const [p50, p99] = [median(wholes), quantile(wholes, 0.99)]
      return [
        {
          what: 'all 1,000, p50',
          value: p50,
          unit: 'ms',
          raw,
          budget: budget('≥ 5× faster than the engine', p50 * 5 <= raw.value),
        },
        {
          what: 'all 1,000, p99',
          value: p99,
          unit: 'ms',
          raw: { what: 'the engine itself, p99', value: quantile(raws, 0.99) },
          budget: budget('p99 < 10 ms', p99 < 10),
        },
        {
          what: 'a page of 100, p50',
          value: median(pages),
          unit: 'ms',
          raw,
          budget: budget('≥ 30× faster than the engine', median(pages) * 30 <= raw.value),
        },
        {
          what: 'a page of 100, p99',
          value: quantile(pages, 0.99),
          unit: 'ms',
          raw: { what: 'an empty answer of the same server, p99', value: quantile(bare, 0.99) },
          budget: null,
        },
      ]
    } finally {
      agent.destroy()
      await house.close()
      await engine.sweep()
      engine.close()
    }
  },
}
