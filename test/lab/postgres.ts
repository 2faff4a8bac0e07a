import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { environment, run } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { port, runFolder } from './place.ts'

// Beside the socket and not in the lab's folder: a checkout under /root is closed to the user postgres.
const folder = join(runFolder, 'postgres')
const installed = '/usr/lib/postgresql'

export const postgres: Component = {
  name: 'postgres',
  async up(memory) {
    const programs = newest()
    const owner = await user()
    const data = join(folder, 'data')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
    const shape = ['-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
    await run(join(programs, 'initdb'), ['-D', data, ...shape], { cwd: folder, ...owner })
    const at = port(memory, 'postgres')
    const settings = {
      port: at,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: 200,
    }
    const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
    const options = { env: environment, cwd: folder, ...owner }
    const process = await launch('postgres', join(programs, 'postgres'), ['-D', data, ...args], options)
    await healthy('postgres', process, () => query(at, 'select 1'))
    await query(at, 'create database wheelhouse')
    return { process, variables: { WHEELHOUSE_TEST_POSTGRES: `postgres://postgres@127.0.0.1:${at}/wheelhouse` } }
  },
  async down(memory) {
    await end(memory.processes.postgres, 'SIGQUIT') // its data goes with it: nothing to write back
    rmSync(folder, { recursive: true, force: true })
  },
  async answers(memory) {
    if (!isAlive(memory.processes.postgres)) return false
    return query(port(memory, 'postgres'), 'select 1').then(
      () => true,
      () => false,
    )
  },
}

function newest(): string {
  const versions = existsSync(installed) ? readdirSync(installed) : []
  const best = versions
    .filter((version) => existsSync(join(installed, version, 'bin/postgres')))
    .sort((a, b) => Number(b) - Number(a))[0]
  if (best === undefined) throw new Unavailable('postgresql is not installed')
  return join(installed, best, 'bin')
}

/** PostgreSQL refuses to run as root: then it runs as Debian's user for it, otherwise as whoever asks. */
async function user(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  return { uid: Number(await run('id', ['-u', 'postgres'])), gid: Number(await run('id', ['-g', 'postgres'])) }
}

async function query(at: number, sql: string): Promise<void> {
  await run(join(newest(), 'psql'), ['-h', '127.0.0.1', '-p', String(at), '-U', 'postgres', '-X', '-q', '-c', sql])
}
