import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { expect, test, vi } from 'vitest'

const budget = 250_000

test('the first load has no Zod and stays below 250 kB gzip, everything else comes when it is asked for', async () => {
  vi.stubEnv('NODE_ENV', 'production') // the test runner's own would bundle React's development half
  const result = (await build({
    root: import.meta.dirname,
    logLevel: 'error',
    build: { write: false },
  })) as Rolldown.RolldownOutput
  const chunks = new Map(result.output.filter((file) => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk]))
  const entry = [...chunks.values()].find((chunk) => chunk.isEntry)
  const first = new Set<string>()
  const take = (name: string): void => {
    if (first.has(name)) return
    first.add(name)
    for (const next of chunks.get(name)?.imports ?? []) take(next)
  }
  take(entry?.fileName ?? '')
  const modules = [...first].flatMap((name) => chunks.get(name)?.moduleIds ?? [])
  expect(modules.filter((id) => /node_modules\/(zod|@xterm|uplot|@codemirror|@lezer)\//.test(id))).toEqual([])
  const styles = result.output
    .filter((file) => file.fileName.endsWith('.css'))
    .map((file) => ('source' in file ? file.source : ''))
  const size = [...[...first].map((name) => chunks.get(name)?.code ?? ''), ...styles].reduce(
    (sum, text) => sum + gzipSync(text).length,
    0,
  )
  expect(modules.length).toBeGreaterThan(100)
  expect(size).toBeLessThan(budget)
}, 240_000)
