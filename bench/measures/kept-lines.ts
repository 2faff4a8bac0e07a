import { execFile } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LineStore, type Query } from '@wheelhouse/platform/lines'
import { type Bench, budget, type Figure } from '../figure.ts'
import { median } from '../quantile.ts'
import { Said } from '../subject/said.ts'

const rawBytes = 4e9
const sources = 40
const batchLines = 2_000
const startUs = 1_763_600_000_000_000
/** What `grep` is given: it reads from memory, and so much of it as every machine has. */
const grepBytes = 500e6

export const keptLines: Bench = {
  name: 'kept-lines',
  about: `${rawBytes / 1e9} GB of lines of ${sources} services: written, and searched by a reader`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-lines-'))
    const store = new LineStore({
      folder: join(folder, 'lines'),
      budgetBytes: 8e9,
      maxAgeMs: null,
      waitingBytes: 64e6,
      readers: 1,
      queueBytes: 64e6,
      searchMs: 300_000,
    })
    try {
      const written = await write(store, join(folder, 'raw.log'))
      const { bytes } = await store.state()
      const perLine = bytes / written.lines
      const rare = new Said().rare(1_000_003)
      const words = median(await times(9, () => find(store, { kind: 'words', value: rare })))
      const regex = await times(1, () => find(store, { kind: 'regex', value: 'payment refused .*customer=8999[0-9]$' }))
      const grep = await times(3, () => grepping(join(folder, 'raw.log')))
      const speed = rawBytes / regex[0]! / 1e6
      const first = median(await times(9, () => find(store, { kind: 'words', value: 'refused' }, 100)))
      return [
        {
          what: 'lines a core',
          value: written.linesASecond,
          unit: 'lines/s',
          raw: null,
          budget: budget('≥ 250,000 /s', written.linesASecond >= 250_000),
        },
        {
          what: 'a line on disk',
          value: perLine,
          unit: 'B',
          raw: { what: 'as it was said', value: rawBytes / written.lines },
          budget: budget('≤ 45 B', perLine <= 45),
        },
        { what: 'a word of one line', value: words, unit: 'ms', raw: null, budget: budget('< 100 ms', words < 100) },
        { what: 'the first hundred of a word of many', value: first, unit: 'ms', raw: null, budget: null },
        {
          what: 'a pattern over everything',
          value: speed,
          unit: 'GB/s',
          raw: { what: 'grep -E of 500 MB of it', value: grepBytes / median(grep) / 1e6 },
          budget: budget('≥ 0.7 GB/s', speed >= 0.7),
        },
      ] satisfies Figure[]
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

const ownSeconds = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e6
}

/** All threads of this process count, and making the lines up does not. */
async function write(store: LineStore, file: string): Promise<{ lines: number; linesASecond: number }> {
  const said = new Said()
  const raw = createWriteStream(file)
  const underWay: Promise<unknown>[] = []
  let [bytes, lines, making] = [0, 0, 0]
  const since = cpuSeconds()
  for (let turn = 0; bytes < rawBytes; turn++) {
    const before = ownSeconds()
    const batch = said.batch(batchLines, startUs + turn * batchLines * 10)
    if (bytes < grepBytes && !raw.write(batch.text)) await once(raw, 'drain')
    making += ownSeconds() - before
    underWay.push(store.append(1 + (turn % sources), batch))
    // Below what the queue holds, so that nothing is refused.
    if (underWay.length >= 32) await underWay.shift()
    bytes += batch.text.length
    lines += batchLines
  }
  await Promise.all(underWay)
  const linesASecond = lines / (cpuSeconds() - since - making)
  raw.end()
  await once(raw, 'finish')
  return { lines, linesASecond }
}

const find = (store: LineStore, condition: Query['conditions'][number], limit = 1_000): Promise<unknown> =>
  store.search({
    streams: null,
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    levels: 0,
    sources: 0,
    conditions: [condition],
    order: 'newest',
    after: null,
    limit,
  })

/** It ends with 1 where it finds nothing. */
const grepping = (file: string): Promise<unknown> =>
  promisify(execFile)('grep', ['-cE', 'payment refused .*customer=8999[0-9]$', file]).catch(() => undefined)

async function times(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    const since = performance.now()
    await work()
    taken.push(performance.now() - since)
  }
  return taken
}
