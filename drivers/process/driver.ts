import type { Driver, DriverLog } from '@wheelhouse/driver'
import { ProcessConnection } from './connection.ts'
import { Supervisor } from './supervisor.ts'

export interface ProcessDriverOptions {
  /** Absolute. Holds all services: what they are, whether they should run, their logs. One control plane at a time. */
  readonly stateFolder: string
  /** Between two readings of the machine's use; 5 s unless told. */
  readonly usageIntervalMs?: number
}

/** Native processes of this machine. All connections of a driver share one supervisor, which the last to close ends. */
export function createProcessDriver(options: ProcessDriverOptions): Driver {
  let shared: { opened: Promise<Supervisor>; users: number } | null = null

  const acquire = (log: DriverLog): Promise<Supervisor> => {
    if (shared === null) {
      const supervisor = new Supervisor(options.stateFolder, options.usageIntervalMs ?? 5000, log)
      const opened = supervisor.open().then(() => supervisor)
      shared = { opened, users: 0 }
      opened.catch(() => (shared = null))
    }
    shared.users++
    return shared.opened
  }
  const release = async (): Promise<void> => {
    if (shared === null || --shared.users > 0) return
    const { opened } = shared
    shared = null
    await opened.then((supervisor) => supervisor.close())
  }

  return {
    kind: 'process',
    open: (_target, log) => {
      let mine: Promise<Supervisor> | null = null
      const supervisor = (): Promise<Supervisor> => {
        mine ??= acquire(log).catch((error: unknown) => {
          mine = null
          throw error
        })
        return mine
      }
      return new ProcessConnection(supervisor, async () => {
        if (mine !== null) await release()
      })
    },
  }
}
