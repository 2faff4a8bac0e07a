import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, which } from './command.ts'
import { end, processes, startedAt } from './daemon.ts'
import { folder, mark, runFolder } from './place.ts'

/** An interface's name has at most 15 characters. */
export const bridge = `whl${mark}`

/** Removes all that an engine leaves behind when it is killed: shims, containers, cgroups, bridges. Only what is ours. */
export async function sweep(): Promise<void> {
  await endProcesses()
  removeCgroups()
  await removeBridges()
  rmSync(join(runFolder, 'exec'), { recursive: true, force: true })
  for (const name of ['docker.sock', 'docker.pid']) rmSync(join(runFolder, name), { force: true })
}

/** The engine's own processes name its folder on their command line; those of containers are in its cgroup. */
async function endProcesses(): Promise<void> {
  const programs = /(^|\/)(dockerd|containerd|containerd-shim[a-z0-9-]*|runc)$/
  const daemons = processes().filter(({ command }) => {
    return programs.test(command[0] ?? '') && command.some((word) => word.includes(`${runFolder}/`))
  })
  const contained = cgroups().flatMap((path) => pidsIn(path))
  const containers = contained.flatMap((pid) => {
    const started = startedAt(pid)
    return started === undefined ? [] : [{ pid, started }]
  })
  await Promise.all([...daemons, ...containers].map((running) => end(running, 'SIGKILL')))
}

/** Our cgroups in every hierarchy, the deepest first. */
function cgroups(): string[] {
  const root = '/sys/fs/cgroup'
  const hierarchies = existsSync(root) ? [root, ...readdirSync(root).map((name) => join(root, name))] : []
  const below = (path: string): string[] => [
    ...readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => below(join(path, entry.name))),
    path,
  ]
  return hierarchies.map((path) => join(path, `whlab-${mark}`)).flatMap((path) => (existsSync(path) ? below(path) : []))
}

function pidsIn(cgroup: string): number[] {
  try {
    return readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').map(Number).filter(Boolean)
  } catch {
    return []
  }
}

function removeCgroups(): void {
  for (const path of cgroups()) rmdirSync(path)
}

/** A user's network is a bridge `br-<first 12 digits of its id>`: ours are those that our engine's database knows. */
async function removeBridges(): Promise<void> {
  if (process.getuid?.() !== 0 || !which('ip')) return
  const database = join(folder, 'engine/network/files/local-kv.db')
  const known = existsSync(database) ? readFileSync(database, 'latin1') : ''
  const ours = readdirSync('/sys/class/net').filter((name) => {
    return name === bridge || (/^br-[0-9a-f]{12}$/.test(name) && known.includes(name.slice(3)))
  })
  for (const name of ours) await run('ip', ['link', 'delete', name])
}
