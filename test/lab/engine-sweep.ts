import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, which } from './command.ts'
import { end, processes, startedAt } from './daemon.ts'
import { folder, mark } from './place.ts'

/** An interface's name has at most 15 characters. */
export const bridge = `whl${mark}`

/** The folder of an engine's sockets and the cgroup above its containers: what tells it from every other engine. */
export interface EnginePlace {
  run: string
  cgroup: string
}

/** Removes all that an engine leaves behind when it is killed: shims, containers, cgroups. Only what is its own. */
export async function sweep(place: EnginePlace): Promise<void> {
  await endProcesses(place)
  for (const path of cgroups(place.cgroup)) rmdirSync(path)
  rmSync(join(place.run, 'exec'), { recursive: true, force: true })
  for (const name of ['docker.sock', 'docker.pid']) rmSync(join(place.run, name), { force: true })
}

/** The engine's own processes name its folder on their command line; those of containers are in its cgroup. */
async function endProcesses({ run: folderOfRun, cgroup }: EnginePlace): Promise<void> {
  const programs = /(^|\/)(dockerd|containerd|containerd-shim[a-z0-9-]*|runc)$/
  const daemons = processes().filter(({ command }) => {
    return programs.test(command[0] ?? '') && command.some((word) => word.includes(`${folderOfRun}/exec`))
  })
  const contained = cgroups(cgroup).flatMap((path) => pidsIn(path))
  const containers = contained.flatMap((pid) => {
    const started = startedAt(pid)
    return started === undefined ? [] : [{ pid, started }]
  })
  await Promise.all([...daemons, ...containers].map((running) => end(running, 'SIGKILL')))
}

/** A cgroup and those below it in every hierarchy, the deepest first. */
function cgroups(name: string): string[] {
  const root = '/sys/fs/cgroup'
  const hierarchies = existsSync(root) ? [root, ...readdirSync(root).map((name) => join(root, name))] : []
  const below = (path: string): string[] => [
    ...readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => below(join(path, entry.name))),
    path,
  ]
  return hierarchies.map((path) => join(path, name)).flatMap((path) => (existsSync(path) ? below(path) : []))
}

function pidsIn(cgroup: string): number[] {
  try {
    return readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').map(Number).filter(Boolean)
  } catch {
    return []
  }
}

/** A user's network is a bridge `br-<first 12 digits of its id>`: ours are those that our engine's database knows. */
export async function removeBridges(): Promise<void> {
  if (process.getuid?.() !== 0 || !which('ip')) return
  const database = join(folder, 'engine/network/files/local-kv.db')
  const known = existsSync(database) ? readFileSync(database, 'latin1') : ''
  const ours = readdirSync('/sys/class/net').filter((name) => {
    return name === bridge || (/^br-[0-9a-f]{12}$/.test(name) && known.includes(name.slice(3)))
  })
  for (const name of ours) await run('ip', ['link', 'delete', name])
}
