import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { budget, type Bench } from '../figure.ts'
import { median } from '../quantile.ts'
import { commandMs } from '../subject/command.ts'
import { buildServer, type Script, startProcess } from '../subject/house.ts'

const rounds = 7

export const start: Bench = {
  name: 'start',
  about: 'from the start of the process to its first answers, on data that are there and with a warm compile cache',
  async run() {
    await buildServer()
    const sources = await firstAnswers('start')
    const built = await firstAnswers('start:built')
    const raw = { what: 'node -e 0', value: await commandMs(['-e', '0'], rounds) }
    const second = budget('< 1 s', sources.page < 1000)
    const builtSecond = budget('< 1 s', built.page < 1000)
    return [
      { what: 'from sources to /health, p50', value: sources.health, unit: 'ms', raw, budget: null },
      { what: 'from sources to the first page, p50', value: sources.page, unit: 'ms', raw, budget: second },
      { what: 'built to the first page, p50', value: built.page, unit: 'ms', raw, budget: builtSecond },
    ]
  },
}

async function firstAnswers(script: Script): Promise<{ health: number; page: number }> {
  const data = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  const healths: number[] = []
  const pages: number[] = []
  try {
    await (await startProcess(data, script)).close()
    for (let round = 0; round < rounds; round++) {
      const since = performance.now()
      const house = await startProcess(data, script)
      await (await fetch(`${house.url}/health`)).text()
      healths.push(performance.now() - since)
      // Without a built web interface this answers a sentence that says so; the server's part is the same.
      await (await fetch(house.url, { headers: { accept: 'text/html' } })).text()
      pages.push(performance.now() - since)
      await house.close()
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
  return { health: median(healths), page: median(pages) }
}
