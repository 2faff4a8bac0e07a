import type { MetricFrame } from '@wheelhouse/contract'
import { json } from 'node:stream/consumers'
import { budget, type Bench, type Figure } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { openHouse, pause, type RunningHouse } from '../subject/house.ts'
import { subscribe } from '../subject/socket.ts'
import { openStandIns, type StandIns } from '../subject/stand-ins.ts'

const engines = 10
const containers = 100
const linesPerS = 100
const minutes = Number(process.env.WHEELHOUSE_BENCH_MINUTES ?? '10')
const askEveryMs = 250
const settleMs = 20_000
const readBack = 20
/** What a person at the page asks for: lists, the overview, readings, a chart and a search of what was said. */
const asked: readonly ((house: RunningHouse, round: number) => Promise<unknown>)[] = [
  ({ admin }) => admin.services.list({ limit: 100 }),
  ({ admin }) => admin.dashboards.overview({}),
  ({ admin }, round) => admin.services.list({ q: `host-${round % engines}-web-7`, limit: 100 }),
  ({ admin }) => admin.health.overview({}),
  ({ admin }) => admin.timeline.list({ limit: 50 }),
]

async function live(house: RunningHouse, untilMs: number, memory: number[]): Promise<number[]> {
  const samples: number[] = []
  let minute = Date.now()
  for (let round = 0; Date.now() < untilMs; round++) {
    const since = performance.now()
    await asked[round % asked.length]!(house, round)
    samples.push(performance.now() - since)
    if (Date.now() >= minute) {
      memory.push(house.memory())
      minute += 60_000
    }
    await pause(askEveryMs)
  }
  return samples
}

/** How late a line is with somebody who looks on: all services by turns, one after the other. */
async function lags(house: RunningHouse, untilMs: number): Promise<number[]> {
  const late: number[] = []
  const { items } = await house.admin.services.list({ limit: 100 })
  for (let at = 0; Date.now() < untilMs; at++) {
    const { id } = items[at % items.length]!
    const began = Date.now() + 1_000
    const socket = await subscribe(house.url, house.token, 'logs', { serviceId: id, tail: 0 }, (event) => {
      const said = Date.parse((event as { at: string }).at)
      if (said > began) late.push(Date.now() - said)
    })
    await pause(4_000)
    socket.close()
  }
  return late
}

const said = async (hosts: StandIns, method: 'GET' | 'DELETE'): Promise<number> => {
  const each = hosts.addresses.map(async (_, at) => (await json(await hosts.ask(at, method, '/said'))) as number)
  return (await Promise.all(each)).reduce((sum, lines) => sum + lines, 0)
}

/** Lines with a number of their own that are kept of one service: how many are missing up to the highest, and how many are there twice. */
async function unlike(
  { url, token }: RunningHouse,
  service: string,
): Promise<{ lines: number; missing: number; twice: number }> {
  const path = `/api/v1/logs/export?format=txt&stream=stdout&service=${encodeURIComponent(service)}`
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
  const seen = new Set<number>()
  let twice = 0
  let highest = -1
  for (const [, digits] of (await answer.text()).matchAll(/ n=(\d+)$/gm)) {
    const number = Number(digits)
    if (seen.has(number)) twice++
    seen.add(number)
    highest = Math.max(highest, number)
  }
  return { lines: seen.size, missing: highest + 1 - seen.size, twice }
}

export const flood: Bench = {
  name: 'flood',
  about: `${engines * containers} services say ${engines * containers * linesPerS} lines a second for ${minutes} min; stand-ins say them`,
  async run() {
    const hosts = await openStandIns(engines, containers, linesPerS)
    const house = await openHouse('start', { WHEELHOUSE_LOG_HISTORY_BYTES: String(16 * 2 ** 30) })
    let readings = 0
    try {
      for (const [index, address] of hosts.addresses.entries())
        await house.admin.targets.register({ name: `host-${index}`, address })
      while ((await house.admin.services.list({ limit: 1 })).total < engines * containers) await pause(100)
      await pause(settleMs)
      const metrics = await subscribe(house.url, house.token, 'metrics', {}, (event) => {
        if ((event as MetricFrame).serviceId !== null) readings++
      })
      const began = Date.now()
      const before = await said(hosts, 'GET')
      const untilMs = began + minutes * 60_000
      const memory: number[] = []
      const [asks, late] = await Promise.all([live(house, untilMs, memory), lags(house, untilMs)])
      const seconds = (Date.now() - began) / 1000
      const all = await said(hosts, 'DELETE')
      metrics.close()
      const each = all / (engines * containers)
      const found = { short: 0, missing: 0, twice: 0 }
      for (let at = 0; at < readBack; at++) {
        const service = `host-${at % engines}-web-${(at * 37) % containers}`
        let one = await unlike(house, service)
        // A stand-in hushes its containers one after the other, some lines apart.
        for (let waited = 0; one.lines < each - linesPerS && waited < 30; waited++) {
          await pause(1_000)
          one = await unlike(house, service)
        }
        found.short += Math.max(0, Math.floor(each - linesPerS - one.lines))
        found.missing += one.missing
        found.twice += one.twice
      }
      return figures(asks, late, memory, (all - before) / seconds, found, readings / seconds)
    } finally {
      await house.close()
      await hosts.close()
    }
  },
}

function figures(
  asks: number[],
  late: number[],
  memory: number[],
  perS: number,
  found: { short: number; missing: number; twice: number },
  readings: number,
): Figure[] {
  const plain = (what: string, value: number, unit: Figure['unit'], kept: Figure['budget'] = null): Figure => ({
    what,
    value,
    unit,
    raw: null,
    budget: kept,
  })
  const p99 = quantile(asks, 0.99)
  const none = (lines: number): Figure['budget'] => budget('none', lines === 0)
  const half = Math.floor(memory.length / 2)
  const most = Math.max(...memory)
  const grown = median(memory.slice(half)) - median(memory.slice(1, half + 1))
  return [
    plain('lines a second that were said', perS, 'lines/s'),
    plain(
      `lines missing, of ${readBack} services read back`,
      found.short + found.missing,
      'lines',
      none(found.short + found.missing),
    ),
    plain('lines that are there twice', found.twice, 'lines', none(found.twice)),
    plain(`an answer of the interface, p50 of ${asks.length}`, median(asks), 'ms'),
    plain('the same, p99', p99, 'ms', budget('< 150 ms', p99 < 150)),
    plain(`a line to whoever looks on, p50 of ${late.length}`, late.length > 0 ? median(late) : Number.NaN, 'ms'),
    plain('the same, p99', late.length > 0 ? quantile(late, 0.99) : Number.NaN, 'ms'),
    plain('readings of services a second', readings, 'readings/s'),
    plain('most memory', most, 'MB'),
    plain('what the second half of the time takes beyond the first', grown, 'MB'),
  ]
}
