import { execFile } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { defaultTiers, SeriesQueueFull, type SeriesQuery, SeriesStore } from '@wheelhouse/platform/series'
import { type Bench, budget, type Figure } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { Fleet, fleetMetrics } from '../subject/fleet.ts'
import { startVictoria } from '../subject/victoria.ts'

const services = 1000
const hours = 24
const ticks = hours * 360
const samples = services * fleetMetrics.length * ticks
const start = Math.floor((Date.now() - hours * 3_600_000) / 1_800_000) * 1_800_000
const end = start + hours * 3_600_000
/** What the other one is given: its import takes JSON, which is slow. */
const victoriaHours = 6

export const series: Bench = {
  name: 'series',
  about: `${services} services × ${fleetMetrics.length} metrics × ${hours} h at 10 s: written, sealed, rolled up and asked; seconds of a core`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-series-'))
    const store = new SeriesStore({
      folder,
      budgetBytes: 10e9,
      hotBytes: 24e6,
      queueBytes: 64e6,
      readers: 1,
      queryMs: 120_000,
      ...defaultTiers,
    })
    try {
      const written = await write(store)
      const { tiers } = await store.state()
      const [, ten, minute] = tiers
      const victoria = await beside()
      const per = (bytes: number): number => bytes / samples
      const raw = (value: number | undefined): Figure['raw'] =>
        value === undefined ? null : { what: 'VictoriaMetrics', value }
      return [
        written,
        ...limits(folder, ten!.bytes),
        {
          what: 'a sample of 10 s on disk',
          value: per(ten!.bytes),
          unit: 'B',
          raw: raw(victoria?.bytesASample),
          budget: budget('≤ 1.1 B', per(ten!.bytes) <= 1.1),
        },
        { what: 'a metric and minute, rolled up', value: per(minute!.bytes) * 6, unit: 'B', raw: null, budget: null },
        ...(await asked(store, victoria)),
        await memory(),
      ]
    } finally {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** All threads of this process count, and making up the numbers does not. */
async function write(store: SeriesStore): Promise<Figure> {
  const dry = new Fleet(services)
  let since = cpuSeconds()
  for (let at = 0; at < 360; at++) dry.tick(at)
  const making = ((cpuSeconds() - since) / 360) * ticks
  const fleet = new Fleet(services)
  since = cpuSeconds()
  for (let at = 0; at < ticks; at++) {
    const tick = fleet.tick(start + at * 10_000)
    for (;;) {
      try {
        await store.append(tick)
        break
      } catch (error) {
        if (!(error instanceof SeriesQueueFull)) throw error
        await store.settled()
      }
    }
  }
  await store.settled()
  const value = samples / (cpuSeconds() - since - making) / 1e6
  return {
    what: 'samples a core',
    value,
    unit: 'M samples/s',
    raw: zstdAlone(),
    budget: budget('≥ 10 M/s', value >= 10),
  }
}

/** An hour of the same numbers, given to zstd as they are, service by service. */
function zstdAlone(): Figure['raw'] {
  const fleet = new Fleet(services)
  const width = fleetMetrics.length
  const columns = Array.from({ length: services }, () => new Float64Array(width * 360))
  for (let at = 0; at < 360; at++) {
    const { values } = fleet.tick(at).parts[0]!
    for (const [row, column] of columns.entries())
      for (let metric = 0; metric < width; metric++) column[metric * 360 + at] = values[row * width + metric]!
  }
  const since = cpuSeconds()
  for (const column of columns) zstdCompressSync(new Uint8Array(column.buffer))
  return { what: 'zstd-3 of the same floats', value: (services * width * 360) / (cpuSeconds() - since) / 1e6 }
}

/** What the machine does with as many bytes. */
function limits(folder: string, bytes: number): Figure[] {
  const piece = new Uint8Array(1 << 20)
  const file = openSync(join(folder, 'raw'), 'w')
  let since = performance.now()
  for (let written = 0; written < bytes; written += piece.length) writeSync(file, piece)
  fdatasyncSync(file)
  const ms = performance.now() - since
  closeSync(file)
  const packed = zstdCompressSync(piece)
  since = performance.now()
  for (let turn = 0; turn < 100; turn++) zstdDecompressSync(packed)
  const unpackMs = (performance.now() - since) / 100
  return [
    { what: 'a plain write of as many bytes as a day takes', value: ms, unit: 'ms', raw: null, budget: null },
    { what: 'zstd alone, unpacking 1 MB', value: unpackMs, unit: 'ms', raw: null, budget: null },
  ]
}

const question = (more: Partial<SeriesQuery>): SeriesQuery => ({
  metric: 0,
  entities: null,
  from: start,
  to: end,
  stepMs: 60_000,
  aggregate: 'avg',
  group: null,
  top: null,
  ...more,
})

async function times(rounds: number, work: (round: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    const since = performance.now()
    await work(round)
    taken.push(performance.now() - since)
  }
  return taken
}

async function asked(store: SeriesStore, victoria: Beside | null): Promise<Figure[]> {
  const all = { of: null, across: 'sum' } as const
  const top = { count: 10, by: 'avg', order: 'highest' } as const
  const ask = (rounds: number, more: (round: number) => Partial<SeriesQuery>) =>
    times(rounds, async (round) => await store.query(question(more(round))))
  await ask(3, () => ({ group: all }))
  const chart = await ask(300, (round) => ({ entities: [1 + ((round * 37) % services)], metric: round % 8 }))
  const rate = await ask(100, (round) => ({ entities: [1 + ((round * 37) % services)], metric: 4, aggregate: 'rate' }))
  const whole = median(await ask(9, () => ({ group: all })))
  const recent = median(await ask(9, () => ({ group: all, from: end - 3 * 3_600_000, stepMs: 10_000 })))
  const six = median(await ask(9, () => ({ group: all, to: start + victoriaHours * 3_600_000 })))
  const highest = median(await ask(9, () => ({ top })))
  const p99 = quantile(chart, 0.99)
  const ms = (what: string, value: number, raw: Figure['raw'] = null, of: Figure['budget'] = null): Figure => {
    return { what, value, unit: 'ms', raw, budget: of }
  }
  const other = (value: number | undefined): Figure['raw'] =>
    value === undefined ? null : { what: 'VictoriaMetrics, over HTTP', value }
  return [
    ms('a chart of 24 h by minutes, p50', median(chart)),
    ms('the same, p99', p99, null, budget('< 10 ms', p99 < 10)),
    ms('a rate of 24 h by minutes, p50', median(rate)),
    ms('1,000 services as one, 24 h by minutes, p50', whole, null, budget('< 100 ms', whole < 100)),
    ms('the same, 3 h by 10 s', recent, null, budget('< 100 ms', recent < 100)),
    ms('the same, 6 h by minutes', six, other(victoria?.sumMs)),
    ms('the highest ten of 1,000, 24 h by minutes', highest),
  ]
}

/** Of a program that does nothing else; all its threads. */
async function memory(): Promise<Figure> {
  const program = fileURLToPath(new URL('../subject/wide-fleet.ts', import.meta.url))
  const peak = async (argv: string[]): Promise<number> =>
    Number((await promisify(execFile)(process.execPath, argv)).stdout)
  const value = await peak([program])
  const raw = await peak(['-p', 'process.memoryUsage.rss() / 1048576'])
  const what = 'most memory, 5,000 × 12, 2 h as fast as it goes'
  return { what, value, unit: 'MB', raw: { what: 'a Node that does nothing', value: raw }, budget: null }
}

interface Beside {
  readonly bytesASample: number
  readonly sumMs: number
}

/** The first hours of the same numbers in VictoriaMetrics; null where it is not to be had. */
async function beside(): Promise<Beside | null> {
  const victoria = await startVictoria()
  if (victoria === null) return null
  try {
    const count = victoriaHours * 360
    const fleet = new Fleet(services)
    const rows = Array.from({ length: services * fleetMetrics.length }, () => new Float64Array(count))
    const timestamps = Array.from({ length: count }, (_, at) => start + at * 10_000)
    for (const [at, time] of timestamps.entries()) {
      const { values } = fleet.tick(time).parts[0]!
      for (const [row, column] of rows.entries()) column[at] = values[row]!
    }
    for (let from = 0; from < rows.length; from += 200) {
      const body = rows.slice(from, from + 200).map((values, index) => {
        const [row, width] = [from + index, fleetMetrics.length]
        const metric = { __name__: fleetMetrics[row % width]!.name, service: String(Math.floor(row / width)) }
        return JSON.stringify({ metric, values: [...values], timestamps })
      })
      await fetch(`${victoria.url}/api/v1/import`, { method: 'POST', body: body.join('\n') })
    }
    const bytesASample = (await victoria.bytes()) / (rows.length * count)
    const range = { start: String(start / 1000), end: String(timestamps.at(-1)! / 1000), step: '60', nocache: '1' }
    const query = new URLSearchParams({ query: 'sum(avg_over_time(cpu[1m]))', ...range })
    const ask = async (): Promise<unknown> =>
      await (await fetch(`${victoria.url}/api/v1/query_range?${query.toString()}`)).json()
    await times(2, ask)
    return { bytesASample, sumMs: median(await times(9, ask)) }
  } finally {
    await victoria.close()
  }
}
