import { spawn } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { environment, run, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { isAlive, startedAt } from './daemon.ts'
import { mirrorOfDebian } from './debian.ts'
import { call } from './engine-api.ts'
import { mark, runFolder, subfolder } from './place.ts'

const container = `whlab-${mark}-systemd`
const image = 'lab/systemd:12'

/** A whole Debian with systemd as PID 1, in a container of the lab's engine. Its root is made once and kept as a tar. */
export const systemd: Component = {
  name: 'systemd',
  after: ['engine'],
  async up(memory) {
    if (!memory.variables.engine) throw new Unavailable('there is no engine to run it in')
    const root = await cachedRoot()
    await call('POST', `/images/create?fromSrc=-&repo=lab/systemd&tag=12`, createReadStream(root))
    const docker = (...args: string[]) => run('docker', ['-H', `unix://${join(runFolder, 'docker.sock')}`, ...args])
    // No --privileged: that needs CAP_SYS_RESOURCE, which not every machine has.
    const powers = ['--cap-add', 'SYS_ADMIN', '--security-opt', 'seccomp=unconfined', '--cgroupns', 'private']
    const folders = ['--tmpfs', '/run', '--tmpfs', '/run/lock']
    await docker('run', '-d', '--name', container, ...powers, ...folders, '-e', 'container=docker', image, '/sbin/init')
    const pid = Number(await docker('inspect', '-f', '{{.State.Pid}}', container))
    const started = startedAt(pid)
    if (started === undefined) throw new Error(`systemd ended at once: ${await docker('logs', container)}`)
    await booted(() => docker('exec', container, 'systemctl', 'is-system-running'))
    return { process: { pid, started }, variables: { WHEELHOUSE_TEST_SYSTEMD: container } }
  },
  async down() {
    await call('DELETE', `/containers/${container}?force=true`).catch(() => undefined)
  },
  answers: (memory) => Promise.resolve(isAlive(memory.processes.systemd)),
}

/** `degraded` is up too: a container lacks a device or two that some unit wants. */
async function booted(ask: () => Promise<string>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const state = await ask().catch((error: unknown) => String(error))
    if (/running|degraded/.test(state)) return
    await pause(200)
  }
  throw new Error('systemd did not come up within 30 s')
}

async function cachedRoot(): Promise<string> {
  const file = join(subfolder('cache'), 'systemd-bookworm-1.tar')
  if (existsSync(file)) return file
  const program = which('debootstrap')
  if (!program) throw new Unavailable('debootstrap is not installed')
  if (process.getuid?.() !== 0) throw new Unavailable('only root can make its file system')
  const root = subfolder('systemd-root')
  const packages = '--include=systemd,systemd-sysv,dbus,ca-certificates'
  const mirror = await mirrorOfDebian()
  try {
    await run(program, ['--variant=minbase', packages, 'bookworm', root, mirror])
    await tar(root, `${file}.new`)
    renameSync(`${file}.new`, file)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return file
}

async function tar(root: string, file: string): Promise<void> {
  mkdirSync(join(file, '..'), { recursive: true })
  const leave = ['./var/cache/apt/archives/*.deb', './var/lib/apt/lists/*', './usr/share/doc/*', './usr/share/locale/*']
  const args = ['-C', root, ...leave.map((path) => `--exclude=${path}`), '-cf', file, '.']
  await new Promise<void>((done, fail) => {
    spawn('tar', args, { env: environment, stdio: 'ignore' })
      .once('error', fail)
      .once('exit', (code) => (code === 0 ? done() : fail(new Error(`tar ended with ${code}`))))
  })
}
