import { isAlive } from './daemon.ts'
import { folder, recall, type Variables } from './place.ts'

/** Components that are programs, and run only when a suite starts them. */
const programs: readonly string[] = ['chromium', 'php', 'python', 'caddy', 'nginx', 'mkcert', 'compose']

/** What test/needs.ts reads: the address of each component of this checkout's lab whose process is alive. */
export function labVariables(): Variables {
  const memory = recall()
  if (!memory) return {}
  const living = Object.entries(memory.variables).filter(([name]) => {
    return programs.includes(name) || isAlive(memory.processes[name])
  })
  return Object.assign({ WHEELHOUSE_TEST_LAB: folder }, ...living.map(([, variables]) => variables)) as Variables
}
