import type { Connection } from '@wheelhouse/driver'
import { driverConformance } from '@wheelhouse/driver/conformance'
import { suite } from '../../test/needs.ts'
import { openInside, shell } from './testing.ts'

const ticking =
  'trap "exit 0" TERM; n=0; while :; do echo "tick $n"; echo "warn $n" >&2; n=$((n+1)); sleep 1 & wait $!; done'
const made = new Set<string>()

/** Remembers every unit made, so that none is left in the container. */
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

suite('systemd', ['docker', 'systemd'], () => {
  let opened = 0
  driverConformance('os-service', {
    open: async () => {
      opened += 1
      const connection = remembering(openInside())
      return {
        connection,
        cleanup: async () => {
          await connection.close()
          opened -= 1
          if (opened > 0) return
          const broom = openInside()
          for (const id of made) await broom.remove(id, { force: true, volumes: true }).catch(() => undefined)
          await broom.close()
        },
      }
    },
    workload: {
      sleeper: (name) => shell(name, ticking),
      crasher: (name) => shell(name, 'sleep 0.2; exit 3'),
      ignorer: (name) => shell(name, "trap '' TERM; echo ready; while :; do sleep 1; done"),
      echo: (name, lines) =>
        shell(name, '', { argv: ['sh', '-c', 'printf "%s\\n" "$@"; exec sleep 1000', 'echo', ...lines] }),
    },
    supports: ['start', 'stop', 'restart', 'kill', 'remove', 'logs', 'stats', 'create'],
  })
})
