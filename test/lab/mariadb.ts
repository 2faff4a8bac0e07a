import { chownSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { environment, run, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { port, runFolder } from './place.ts'

// Beside the socket and not in the lab's folder: a checkout under /root is closed to the user mysql.
const folder = join(runFolder, 'mariadb')
const password = 'lab-root-password'

export const mariadb: Component = {
  name: 'mariadb',
  async up(memory) {
    if (!which('mariadbd') || !which('mariadb-install-db')) throw new Unavailable('mariadb-server is not installed')
    const data = join(folder, 'data')
    const at = port(memory, 'mariadb')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const user: string[] = []
    if (process.getuid?.() === 0) {
      chownSync(folder, Number(await run('id', ['-u', 'mysql'])), Number(await run('id', ['-g', 'mysql'])))
      user.push('--user=mysql')
    }
    const shape = ['--auth-root-authentication-method=normal', '--skip-test-db']
    await run('mariadb-install-db', ['--no-defaults', ...user, `--datadir=${data}`, ...shape])
    const settings = [
      `--datadir=${data}`,
      `--port=${at}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 's.sock')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--max-allowed-packet=64M',
    ]
    const daemon = await launch('mariadb', which('mariadbd') ?? '', ['--no-defaults', ...user, ...settings], {
      env: environment,
      cwd: folder,
    })
    await healthy('mariadb', daemon, () => query(['--protocol=socket', `--socket=${join(folder, 's.sock')}`]))
    const command = `alter user root@localhost identified by '${password}'`
    await query(['--protocol=socket', `--socket=${join(folder, 's.sock')}`], command)
    await query(tcp(at))
    const address = `mysql://root:${password}@127.0.0.1:${at}`
    return { process: daemon, variables: { WHEELHOUSE_TEST_MARIADB: address } }
  },
  async down(memory) {
    await end(memory.processes.mariadb, 'SIGKILL') // its data goes with it: nothing to write back
    rmSync(folder, { recursive: true, force: true })
  },
  async answers(memory) {
    if (!isAlive(memory.processes.mariadb)) return false
    return query(tcp(port(memory, 'mariadb'))).then(
      () => true,
      () => false,
    )
  },
}

const tcp = (at: number): string[] => ['--protocol=tcp', '-h127.0.0.1', `-P${at}`, `-p${password}`]

async function query(where: readonly string[], sql = 'select 1'): Promise<void> {
  await run('mariadb', ['--no-defaults', '-uroot', '--connect-timeout=2', ...where, '-e', sql])
}
