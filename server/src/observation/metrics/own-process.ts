import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Exposed, ProcessReadings } from './exposition.ts'

const one = (name: string, kind: Exposed['kind'], help: string, value: number): Exposed => ({
  name,
  kind,
  help,
  samples: [{ labels: {}, value }],
})

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return Number.NaN
  }
}

/** What this very process takes. The delay of its loop is measured from the first time it is asked for. */
export function processReadings(more: () => readonly Exposed[]): ProcessReadings & { close(): void } {
  let delay: ReturnType<typeof monitorEventLoopDelay> | null = null
  const read = (): Exposed[] => {
    if (delay === null) {
      delay = monitorEventLoopDelay({ resolution: 20 })
      delay.enable()
    }
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed } = process.memoryUsage()
    const lag = delay.count === 0 ? [] : [delay.mean / 1e9]
    return [
      one('process_cpu_seconds_total', 'counter', 'CPU time of Wheelhouse itself', (user + system) / 1e6),
      one('process_resident_memory_bytes', 'gauge', 'Memory of Wheelhouse itself', rss),
      one('process_heap_bytes', 'gauge', 'Heap in use', heapUsed),
      one('process_open_fds', 'gauge', 'Open files', openFiles()),
      one(
        'process_start_time_seconds',
        'gauge',
        'When it was started',
        Math.round((Date.now() / 1000 - process.uptime()) * 1000) / 1000,
      ),
      ...lag.map((seconds) =>
        one('wheelhouse_event_loop_delay_seconds', 'gauge', 'How late its loop is on average', seconds),
      ),
      ...more(),
    ]
  }
  return Object.assign(read, { close: () => delay?.disable() })
}
