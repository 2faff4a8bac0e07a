import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Bench, NotHere } from './figure.ts'
import { deployOverhead } from './measures/deploy-overhead.ts'
import { eventLag } from './measures/event-lag.ts'
import { eventLoop } from './measures/event-loop.ts'
import { flood } from './measures/flood.ts'
import { keptLines } from './measures/kept-lines.ts'
import { list } from './measures/list.ts'
import { liveLogs } from './measures/live-logs.ts'
import { login } from './measures/login.ts'
import { manyHosts } from './measures/many-hosts.ts'
import { memory } from './measures/memory.ts'
import { restore } from './measures/restore.ts'
import { series } from './measures/series.ts'
import { stackStart } from './measures/stack-start.ts'
import { start } from './measures/start.ts'
import { switchGap } from './measures/switch-gap.ts'
import { watching } from './measures/watching.ts'
import { webBytes } from './measures/web-bytes.ts'
import { wh } from './measures/wh.ts'
import { lines, machine, type Outcome } from './report.ts'

// `npm run bench [-- name …] [--json FILE]`: one bench at a time, so that none disturbs another.
const benches: readonly Bench[] = [
  list,
  eventLag,
  liveLogs,
  eventLoop,
  login,
  start,
  memory,
  wh,
  webBytes,
  switchGap,
  deployOverhead,
  restore,
  manyHosts,
  stackStart,
  watching,
  series,
  keptLines,
  flood,
]

async function measure(bench: Bench): Promise<Outcome> {
  const { name, about } = bench
  const since = performance.now()
  const seconds = (): number => (performance.now() - since) / 1000
  try {
    const figures = await bench.run()
    return { name, about, figures, skipped: null, seconds: seconds() }
  } catch (error) {
    if (error instanceof NotHere) return { name, about, figures: [], skipped: error.message, seconds: seconds() }
    throw error
  }
}

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
const unknown = positionals.find((name) => benches.every((bench) => bench.name !== name))
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". There are ${benches.map((bench) => bench.name).join(', ')}.`)
  process.exit(2)
}
const here = machine()
console.log(`${here.cores} cores, ${here.memoryGb} GB, Node ${here.node}, ${here.at}\n`)
const outcomes: Outcome[] = []
for (const bench of benches) {
  if (positionals.length > 0 && !positionals.includes(bench.name)) continue
  const outcome = await measure(bench)
  outcomes.push(outcome)
  for (const line of lines(outcome)) console.log(line)
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine: here, outcomes }, null, 2)}\n`)
