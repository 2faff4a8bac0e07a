import { rmSync } from 'node:fs'
import { afterAll } from 'vitest'
import { driverConformance } from '@wheelhouse/driver/conformance'
import { createProcessDriver } from './index.ts'
import { openLocal, shell, sleeperScript, stateFolder } from './testing.ts'

const folder = stateFolder()
const driver = createProcessDriver({ stateFolder: folder, usageIntervalMs: 200 })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function removeAll(): Promise<void> {
  const connection = openLocal(driver)
  const abort = new AbortController()
  const names: string[] = []
  const nothing = (): void => undefined
  const watch = connection.watch(
    {
      connected: nothing,
      snapshot: (services) => {
        names.push(...services.map((service) => service.nativeId))
        abort.abort()
      },
      changed: nothing,
      gone: nothing,
      occurred: nothing,
      usage: nothing,
      lost: nothing,
    },
    abort.signal,
  )
  await watch
  for (const name of names) await connection.remove(name, { force: true, volumes: true })
  await connection.close()
}

let opened = 0
driverConformance('process', {
  open: async () => {
    opened++
    const connection = openLocal(driver)
    return {
      connection,
      cleanup: async () => {
        await connection.close()
        if (--opened === 0) await removeAll()
      },
    }
  },
  workload: {
    sleeper: (name) => shell(name, sleeperScript),
    crasher: (name) => shell(name, 'sleep 0.2; exit 3'),
    ignorer: (name) => shell(name, "trap '' TERM; echo ready; while :; do sleep 1; done"),
    echo: (name, lines) =>
      shell(name, 'printf "%s\\n" "$@"; exec sleep 1000', {
        argv: ['sh', '-c', 'printf "%s\\n" "$@"; exec sleep 1000', 'echo', ...lines],
      }),
  },
  supports: ['start', 'stop', 'restart', 'pause', 'kill', 'remove', 'rename', 'logs', 'stats', 'create'],
})
