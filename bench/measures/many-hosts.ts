import type { SystemFrame } from '@wheelhouse/contract'
import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { budget, type Bench, type Figure } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { openHouse, pause, type RunningHouse } from '../subject/house.ts'
import { subscribe } from '../subject/socket.ts'
import { openStandIns, type StandIns } from '../subject/stand-ins.ts'

const engines = 20
const containers = 100
const all = engines * containers
const rounds = 300
const rawRounds = 20
const events = 200
const restMs = 10_000

async function timed(times: number, work: (round: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  for (let round = 0; round < times; round++) {
    const since = performance.now()
    await work(round)
    samples.push(performance.now() - since)
  }
  return samples
}

export const manyHosts: Bench = {
  name: 'many-hosts',
  about: `${engines} engines × ${containers} containers mirrored; the engines are stand-ins that replay recorded answers`,
  async run() {
    const hosts = await openStandIns(engines, containers)
    const house = await openHouse()
    const agent = new Agent({ keepAlive: true })
    const get = (path: string): Promise<void> =>
      new Promise((done, fail) => {
        const headers = { authorization: `Bearer ${house.token}` }
        const sent = request(house.url + path, { agent, headers }, (answer) => {
          answer.resume()
          answer.on('end', () =>
            answer.statusCode === 200 ? done() : fail(new Error(`${path}: ${answer.statusCode}`)),
          )
        })
        sent.once('error', fail).end()
      })
    try {
      await get('/api/v1/services?limit=1')
      await pause(restMs)
      const before = house.memory()
      await mirror(house, hosts)
      await pause(restMs)
      const after = house.memory()

      const lists: readonly [what: string, path: string, limitMs: number | null][] = [
        ['a page of 100 over all, what needs somebody first', '/api/v1/services?limit=100', 10],
        ['1,000 over all', '/api/v1/services?limit=1000', 10],
        ['a search over all, by address', '/api/v1/services?limit=100&q=10.210.0.77', 10],
        ['all targets', '/api/v1/targets?limit=100', 10],
      ]
      const figures: Figure[] = []
      await timed(rawRounds / 4, () => rawLists(hosts))
      const raws = await timed(rawRounds, () => rawLists(hosts))
      const raw = { what: 'the stand-ins asked beside each other, p50', value: median(raws) }
      for (const [what, path, limitMs] of lists) {
        await timed(rounds / 3, () => get(path))
        const samples = await timed(rounds, () => get(path))
        const p99 = quantile(samples, 0.99)
        figures.push(
          { what: `${what}, p50`, value: median(samples), unit: 'ms', raw, budget: null },
          {
            what: `${what}, p99`,
            value: p99,
            unit: 'ms',
            raw: null,
            budget: limitMs === null ? null : budget(`< ${limitMs} ms`, p99 < limitMs),
          },
        )
      }
      const switches = await timed(rounds, (round) => {
        const target = `host-${round % engines}`
        return Promise.all([
          get(`/api/v1/services?target=${target}&limit=1000`),
          get(`/api/v1/overview?target=${target}`),
        ])
      })
      const p99 = quantile(switches, 0.99)
      figures.push({
        what: 'switch of target: its services and its overview, p99',
        value: p99,
        unit: 'ms',
        raw: null,
        budget: budget('< 2 s', p99 < 2000),
      })
      figures.push(...(await eventLags(house, hosts)))
      figures.push({
        what: `memory a container, resident, of ${all}`,
        value: ((after - before) * 1000) / all,
        unit: 'kB',
        raw: null,
        budget: null,
      })
      return figures
    } finally {
      agent.destroy()
      await house.close()
      await hosts.close()
    }
  },
}

async function mirror({ admin }: RunningHouse, hosts: StandIns): Promise<void> {
  for (const [index, address] of hosts.addresses.entries()) {
    await admin.targets.register({ name: `host-${index}`, address })
  }
  while ((await admin.services.list({ limit: 1 })).total < all) await pause(100)
}

async function rawLists(hosts: StandIns): Promise<void> {
  const answers = hosts.addresses.map((_, index) => hosts.ask(index, 'GET', '/containers/json?all=1'))
  for (const answer of answers) await json(await answer)
}

/** From the event on the stand-in's own stream to the frame on a socket that hears all hosts, as one client meets both. */
async function eventLags(house: RunningHouse, hosts: StandIns): Promise<Figure[]> {
  const lags: number[] = []
  let wanted = ''
  let rawAt: number | null = null
  let told: (() => void) | null = null
  const streams = await Promise.all(
    hosts.addresses.map(async (_, index) => {
      const stream = await hosts.ask(index, 'GET', '/events')
      stream.on('data', (chunk: Buffer) => {
        if (rawAt === null && wanted !== '' && chunk.includes(wanted)) rawAt = performance.now()
      })
      return stream
    }),
  )
  const socket = await subscribe(house.url, house.token, 'system', { events: false }, (event, at) => {
    const frame = event as SystemFrame
    if (frame.kind !== 'service' || wanted === '' || !frame.service.id.includes(wanted.slice(0, 12))) return
    // The frame may be read before the event of the stand-in is: both come to this one loop.
    lags.push(Math.max(0, at - (rawAt ?? at)))
    wanted = ''
    told?.()
  })
  const rows = (await house.admin.services.list({ limit: 1000, sort: 'name' })).items
  for (let round = 0; round < events; round++) {
    const row = rows[(round * 37) % rows.length]
    if (!row) break
    const engine = Number(row.targetName.slice('host-'.length))
    const listed = (await json(await hosts.ask(engine, 'GET', '/containers/json?all=1'))) as { Id: string }[]
    const id = listed.find(({ Id }) => row.id.endsWith(Id.slice(0, 12)))?.Id ?? ''
    const seen = new Promise<void>((done) => (told = done))
    rawAt = null
    wanted = id
    const paused = (await house.admin.services.get({ id: row.id })).state === 'paused'
    const answer = await hosts.ask(engine, 'POST', `/containers/${id}/${paused ? 'unpause' : 'pause'}`)
    answer.resume()
    await Promise.race([seen, pause(5000)])
  }
  socket.close()
  for (const stream of streams) stream.destroy()
  const p99 = quantile(lags, 0.99)
  return [
    { what: `event to screen, p50 of ${lags.length}`, value: median(lags), unit: 'ms', raw: null, budget: null },
    {
      what: 'event to screen, p99',
      value: p99,
      unit: 'ms',
      raw: null,
      budget: budget('< 20 ms', p99 < 20),
    },
  ]
}
