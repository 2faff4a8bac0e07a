import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { spawnStream } from '../exec/index.ts'
import { defaultTiers, SeriesStore, type SeriesStoreOptions } from './index.ts'
import { question } from './testing/kept.ts'

const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-series-kill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = Math.floor((Date.now() - 40 * 3_600_000) / 1_800_000) * 1_800_000
const entities = 40
// Little memory, so that it seals, packs and rolls up all the time.
const options: SeriesStoreOptions = {
  folder,
  budgetBytes: 1e9,
  hotBytes: 20_000,
  queueBytes: 1e7,
  readers: 1,
  queryMs: 60_000,
  ...defaultTiers,
}

/** A program that appends as fast as it can, and prints the number of each tick once it is answered for. */
const writer = (first: number): string => `
import { SeriesStore } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))}
const store = new SeriesStore(${JSON.stringify(options)})
const entities = Array.from({ length: ${entities} }, (_, index) => index)
const metrics = [{ id: 1, kind: 'gauge' }, { id: 9, kind: 'counter' }]
for (let n = ${first}; ; n++) {
  const values = Float64Array.from(entities.flatMap((entity) => [n + entity / 100, n * 10]))
  const tick = { at: ${start} + n * 10_000, stepMs: 10_000, parts: [{ entities, metrics, values }] }
  for (;;) {
    try { await store.append(tick); break } catch (error) { if (error.name !== 'SeriesQueueFull') throw error; await store.settled() }
  }
  process.stdout.write(n + '\\n')
}
`

test('kill -9 while it appends, seals, packs and rolls up loses no tick that was answered for', async () => {
  let answered = -1
  for (let round = 0; round < 4; round++) {
    const code = ['--input-type=module-typescript', '-e', writer(answered + 2)]
    const program = await spawnStream([process.execPath, ...code])
    let [text, errors, lines] = ['', '', 0]
    program.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    program.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      lines += chunk.toString().split('\n').length - 1
      // At another point of its work each time.
      if (lines > 250 + round * 37) process.kill(program.pid, 'SIGKILL')
    })
    expect(await program.ended, errors).toMatchObject({ signal: 'SIGKILL' })
    const first = answered + 2
    answered = Number(text.split('\n').slice(0, -1).at(-1))
    const store = new SeriesStore(options)
    try {
      const range = { from: start, to: start + (answered + 1) * 10_000, entities: [0, 39] }
      const check = async (): Promise<void> => {
        const { series, scanned } = await store.query(question({ ...range, aggregate: 'sum' }))
        expect(scanned.broken).toBe(0)
        // A tick that was not answered for may be there or not; each that was is there once.
        for (let n = first; n <= answered; n++) expect(series.map(({ values }) => values[n])).toEqual([n, n + 39 / 100])
      }
      await check()
      await store.settled()
      await check()
      const whole = question({
        ...range,
        to: start + 40 * 3_600_000,
        metric: 9,
        aggregate: 'max',
        stepMs: 40 * 3_600_000,
      })
      const [highest] = (await store.query(whole)).series
      expect(highest!.values[0]).toBeGreaterThanOrEqual(answered * 10)
    } finally {
      await store.close()
    }
  }
  expect(answered).toBeGreaterThan(1000)
}, 300_000)
