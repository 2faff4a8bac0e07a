import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { budget, type Bench } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { openHouse, pause } from '../subject/house.ts'
import { watch } from '../subject/viewers.ts'
import type { ViewerReport } from '../subject/viewer.ts'

const perSecond = 10_000
const viewers = 100
const settleMs = 3000
const measureMs = 8000
const subject = join(import.meta.dirname, '../subject')

/** The same lines to as many sockets with nothing of ours in between. */
async function fanOut(): Promise<ViewerReport> {
  const child = spawn(process.execPath, [join(subject, 'fan-out.ts'), String(perSecond)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const url = `ws://127.0.0.1:${said.toString().trim()}`
    return await watch(viewers, { url, token: null, subscribe: null }, settleMs, measureMs)
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

async function throughHouse(): Promise<ViewerReport> {
  const house = await openHouse()
  try {
    const command = [process.execPath, join(subject, 'log-writer.mjs'), String(perSecond)]
    const source = `name: bench\nservices:\n  writer:\n    command: ${JSON.stringify(command)}\n`
    await house.admin.stacks.apply({ source, directory: subject })
    let serviceId: string | undefined
    for (let tries = 0; serviceId === undefined && tries < 200; tries++) {
      await pause(50)
      serviceId = (await house.admin.services.list({ state: 'running' })).items[0]?.id
    }
    if (serviceId === undefined) throw new Error('The writer was not started.')
    const subscribe = { type: 'subscribe', sub: 's1', channel: 'logs', params: { serviceId, tail: 0 } }
    const url = `${house.url.replace('http', 'ws')}/ws`
    const watched = watch(viewers, { url, token: house.token, subscribe }, settleMs, measureMs)
    await pause(settleMs + measureMs / 2)
    const { sockets } = await house.admin.diagnostics.status({})
    const report = await watched
    if (sockets.upstreams !== 1) throw new Error(`${viewers} viewers opened ${sockets.upstreams} streams of one log.`)
    return report
  } finally {
    // It outlives its control plane by design.
    for (const { id } of (await house.admin.services.list({})).items) await house.admin.services.remove({ id })
    await house.close()
  }
}

export const liveLogs: Bench = {
  name: 'live-logs',
  about: `one process that writes 10,000 lines/s, ${viewers} viewers, one upstream; a bare fan-out over ws beside it`,
  async run() {
    const bare = await fanOut()
    const ours = await throughHouse()
    const rate = (report: ViewerReport): number => report.lines / viewers / (report.ms / 1000)
    const p99 = quantile(ours.lags, 0.99)
    return [
      {
        what: 'lag, p50',
        value: median(ours.lags),
        unit: 'ms',
        raw: { what: 'fan-out', value: median(bare.lags) },
        budget: null,
      },
      {
        what: 'lag, p99',
        value: p99,
        unit: 'ms',
        raw: { what: 'fan-out', value: quantile(bare.lags, 0.99) },
        budget: budget('p99 < 50 ms', p99 < 50),
      },
      {
        what: `lines each viewer saw (${ours.gaps} gaps)`,
        value: rate(ours),
        unit: 'lines/s',
        raw: { what: 'fan-out', value: rate(bare) },
        budget: budget('10,000 lines/s', rate(ours) > perSecond * 0.98),
      },
    ]
  },
}
