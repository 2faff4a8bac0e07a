import type { Connection, WorkloadSpec } from '@wheelhouse/driver'
import { driverConformance } from '@wheelhouse/driver/conformance'
import { dockerCapabilities } from './connection.ts'
import { suite, where } from '../../test/needs.ts'
import { openEngine } from '../../test/docker/engine-bench.ts'
import { container } from '../../test/docker/container.ts'

const ticking =
  'trap "exit 0" TERM; n=0; while :; do echo "tick $n"; echo "warn $n" >&2; n=$((n+1)); sleep 1 & wait $!; done'
const made = new Set<string>()

/** Remembers every container made, so that nothing is left on a shared engine. */
function remembering(connection: Connection): Connection {
  const create = connection.create.bind(connection)
  return Object.assign(connection, {
    create: async (...args: Parameters<Connection['create']>) => {
      const id = await create(...args)
      made.add(id)
      return id
    },
  })
}

suite('docker engine', ['docker'], () => {
  let opened = 0
  driverConformance('docker', {
    open: async () => {
      opened += 1
      const connection = remembering(openEngine(where('docker')))
      return {
        connection,
        cleanup: async () => {
          await connection.close()
          opened -= 1
          if (opened > 0) return
          const broom = openEngine(where('docker'))
          const gone = { force: true, volumes: true }
          await Promise.all([...made].map((id) => broom.remove(id, gone).catch(() => undefined)))
          await broom.close()
        },
      }
    },
    workload: {
      sleeper: (name): WorkloadSpec => container(name, ticking),
      crasher: (name): WorkloadSpec => container(name, 'sleep 0.2; exit 3'),
      ignorer: (name): WorkloadSpec => container(name, "trap '' TERM; echo ready; while :; do sleep 1; done"),
      echo: (name, lines): WorkloadSpec => {
        const script = 'printf "%s\\n" "$@"; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done'
        return container(name, '', { command: ['sh', '-c', script, 'echo', ...lines] })
      },
    },
    supports: dockerCapabilities,
  })
})
