import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openTestHouse } from '../../test/fixtures/house.ts'
import type { Bench } from '../figure.ts'
import { pause } from '../subject/house.ts'

const events = 10_000
const burst = 100
const everyMs = 20

export const eventLoop: Bench = {
  name: 'event-loop',
  about: 'delay of the server’s event loop while 10,000 events are announced in 2 s and written',
  async run() {
    const house = await openTestHouse()
    const { announce } = house.house.domains
    const watch = async (work: () => Promise<void>): Promise<{ p99: number; most: number }> => {
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      await work()
      delay.disable()
      return { p99: delay.percentile(99) / 1e6, most: delay.max / 1e6 }
    }
    const bursts = async (say: (index: number) => void): Promise<void> => {
      for (let sent = 0; sent < events; sent += burst) {
        for (let index = 0; index < burst; index++) say(sent + index)
        await pause(everyMs)
      }
      await pause(500) // the last batch is written
    }
    try {
      await pause(500)
      const calm = await watch(() => bursts(() => undefined))
      const busy = await watch(() =>
        bursts((index) => {
          announce({
            type: 'service.started',
            message: `Event ${index}.`,
            targetId: 'bench',
            serviceId: `bench:${index % 50}`,
          })
        }),
      )
      const { total } = await house.admin.timeline.list({ limit: 1, q: `Event ${events - 1}.` })
      if (total !== 1) throw new Error('The last event is not in the timeline.')
      const what = 'the same without events'
      return [
        { what: 'delay, p99', value: busy.p99, unit: 'ms', raw: { what, value: calm.p99 }, budget: null },
        { what: 'delay, longest', value: busy.most, unit: 'ms', raw: { what, value: calm.most }, budget: null },
      ]
    } finally {
      await house.close()
    }
  },
}
