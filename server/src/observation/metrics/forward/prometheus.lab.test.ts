import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { applied, sleepers } from '../../../../../test/faults/control-plane.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'
import { unpacked } from '../../../../../test/lab/debian.ts'

const patience = { timeout: 120_000, interval: 500 }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

let house: TestHouse
let stop: (() => Promise<void>) | undefined
let prometheus: string
beforeAll(async () => {
  const root = await unpacked('prometheus-bookworm-1', 'bookworm', ['prometheus'])
  prometheus = `http://127.0.0.1:${await freePort()}`
  house = await openTestHouse({
    env: { WHEELHOUSE_METRICS_HISTORY: 'true', WHEELHOUSE_REMOTE_WRITE_URL: `${prometheus}/api/v1/write` },
  })
  const { secret } = await house.admin.tokens.create({ name: 'prometheus', scopes: ['metrics.read'] })
  const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-prometheus-'))
  const scraped = { job_name: 'scraped', authorization: { credentials: secret } }
  const config = {
    global: { scrape_interval: '2s' },
    scrape_configs: [{ ...scraped, static_configs: [{ targets: [house.url.slice('http://'.length)] }] }],
  }
  // YAML holds every JSON.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config), { mode: 0o600 })
  const program = spawn(
    join(root, 'usr/bin/prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${prometheus.slice('http://'.length)}`,
      '--web.enable-remote-write-receiver',
    ],
    { stdio: 'ignore' },
  )
  stop = async () => {
    program.kill()
    await once(program, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
  await applied(house.admin, sleepers('sent', ['web']))
}, 600_000)
afterAll(async () => {
  await stop?.()
  await house.close()
}, 60_000)

async function found(query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)
  expect(answer.status).toBe(200)
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] }
  }
  return data.result
}

test('Prometheus takes what is written to it, and reads what is exposed, with the same labels and values', async () => {
  await vi.waitFor(async () => {
    const both = await found('wheelhouse_service_memory_bytes{service="sent-web"}')
    expect(both.map(({ metric }) => metric.job ?? 'written').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'scraped',
      'written',
    ])
    for (const { metric, value } of both) {
      expect(metric).toMatchObject({ stack: 'sent', stack_service: 'web', target_id: 'local' })
      expect(Number(value[1])).toBeGreaterThan(10_000)
    }
  }, patience)
  expect((await found('process_resident_memory_bytes{job="scraped"}'))[0]).toBeDefined()
  expect((await found('up{job="scraped"}'))[0]?.value[1]).toBe('1')
  const { remote } = await house.admin.metrics.storage()
  expect(remote).toMatchObject({ host: prometheus.slice('http://'.length), dropped: 0, problem: null })
  expect(remote!.sent).toBeGreaterThan(0)

  // A service that is gone ends at once, and is not shown on for minutes.
  await house.admin.services.remove({ id: (await house.admin.services.list({ q: 'sent-web' })).items[0]!.id })
  await vi.waitFor(
    async () => expect(await found('wheelhouse_service_memory_bytes{service="sent-web"}')).toEqual([]),
    patience,
  )
}, 300_000)
