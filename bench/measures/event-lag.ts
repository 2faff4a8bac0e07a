import type { SystemFrame } from '@wheelhouse/contract'
import { budget, type Bench, type Figure } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { openEngine } from '../subject/engine.ts'
import { openHouse, pause } from '../subject/house.ts'
import { subscribe } from '../subject/socket.ts'

const creates = 200
const starts = 25

interface RawEvent {
  Action: string
  id: string
}

export const eventLag: Bench = {
  name: 'event-lag',
  about: 'from an event on the engine’s own stream to the frame on a socket',
  async run() {
    const engine = openEngine()
    await engine.sweep()
    const house = await openHouse()
    const raw = new Map<string, number>()
    const seen = new Map<string, number>()
    try {
      await house.addEngine(engine.address)
      const events = await engine.stream('/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D')
      let rest = ''
      events.on('data', (chunk: Buffer) => {
        const at = performance.now()
        const lines = (rest + chunk.toString()).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines.filter(Boolean)) {
          const { Action, id } = JSON.parse(line) as RawEvent
          raw.set(`${Action} ${id.slice(0, 12)}`, at)
        }
      })
      const note = (key: string, at: number): void => void (seen.has(key) || seen.set(key, at))
      const socket = await subscribe(house.url, house.token, 'system', {}, (event, at) => {
        const frame = event as SystemFrame
        if (frame.kind !== 'service') return
        const id = frame.service.id.split(':')[1] ?? ''
        note(`create ${id}`, at)
        if (frame.service.state === 'running') note(`start ${id}`, at)
      })
      const both = async (key: string): Promise<void> => {
        const deadline = performance.now() + 5000
        while (!(raw.has(key) && seen.has(key)) && performance.now() < deadline) await pause(2)
      }
      const started: string[] = []
      for (let round = 0; round < creates; round++) {
        const id = (await engine.create(1, `lag-${round}`))[0] ?? ''
        await both(`create ${id.slice(0, 12)}`)
        if (started.length < starts) started.push(id)
      }
      for (const id of started) {
        await engine.call('POST', `/containers/${id}/start`)
        await both(`start ${id.slice(0, 12)}`)
        await engine.call('POST', `/containers/${id}/kill`)
      }
      socket.close()
      events.destroy()
      const lags = (action: string): number[] =>
        raw
          .entries()
          .toArray()
          .flatMap(([key, at]) => (key.startsWith(action) ? (seen.get(key) ?? Infinity) - at : []))
      return [...figures('create', lags('create')), ...figures('start', lags('start'))]
    } finally {
      await house.close()
      await engine.sweep()
      engine.close()
    }
  },
}

function figures(action: string, lags: number[]): Figure[] {
  const p99 = quantile(lags, 0.99)
  return [
    { what: `${action}, p50 of ${lags.length}`, value: median(lags), unit: 'ms', raw: null, budget: null },
    {
      what: `${action}, p99 of ${lags.length}`,
      value: p99,
      unit: 'ms',
      raw: null,
      budget: budget('p99 < 20 ms', p99 < 20),
    },
  ]
}
