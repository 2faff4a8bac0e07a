import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { budget, type Bench } from '../figure.ts'
import { median } from '../quantile.ts'
import { commandMs } from '../subject/command.ts'
import { startProcess } from '../subject/house.ts'

const rounds = 7

export const start: Bench = {
  name: 'start',
  about: 'from the start of the process to its first answers, on data that are there and with a warm compile cache',
  async run() {
    const data = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
    try {
      const healths: number[] = []
      const pages: number[] = []
      await (await startProcess(data)).close()
      for (let round = 0; round < rounds; round++) {
        const since = performance.now()
        const house = await startProcess(data)
        await (await fetch(`${house.url}/health`)).text()
        healths.push(performance.now() - since)
        // Without a built web interface this answers a sentence that says so; the server's part is the same.
        await (await fetch(house.url, { headers: { accept: 'text/html' } })).text()
        pages.push(performance.now() - since)
        await house.close()
      }
      const raw = { what: 'node -e 0', value: await commandMs(['-e', '0'], rounds) }
      const page = median(pages)
      return [
        { what: 'to /health, p50', value: median(healths), unit: 'ms', raw, budget: null },
        { what: 'to the first page, p50', value: page, unit: 'ms', raw, budget: budget('< 1 s', page < 1000) },
      ]
    } finally {
      rmSync(data, { recursive: true, force: true })
    }
  },
}
