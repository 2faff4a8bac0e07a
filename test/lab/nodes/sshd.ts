import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, run, which } from '../command.ts'
import { type Component, Unavailable } from '../component.ts'
import { end, isAlive, launch, processes } from '../daemon.ts'
import { unpacked } from '../debian.ts'
import { folder, type Memory, runFolder } from '../place.ts'
import { operator } from './accounts.ts'
import { inNamespace } from './namespace.ts'
import { address } from './network.ts'
import { hostOf, type NodeName, nodeNames, pathOf } from './node.ts'

/** Folder of what a client has: `id_ed25519`, `known_hosts` with the nodes' keys, and `stranger`, a key that no node knows. */
const keys = join(folder, 'ssh')

/** An SSH server on every node, which lets in who has the key. It ends with its node. */
export const sshd: Component = {
  name: 'sshd',
  after: nodeNames,
  async up(memory) {
    const there = nodeNames.filter((name) => memory.variables[name])
    if (there.length === 0) throw new Unavailable('there is no node to reach by it')
    if (!which('ssh-keygen')) throw new Unavailable('openssh-client is not installed')
    const root = await unpacked('sshd-bookworm-1', 'bookworm', ['openssh-server', 'libwrap0'])
    mkdirSync(keys, { mode: 0o755 })
    await Promise.all(['id_ed25519', 'stranger', ...there.map((name) => `host-${name}`)].map(makeKey))
    await Promise.all(there.map((name) => serve(memory, root, name)))
    const known = there.map((name) => `${address(memory, hostOf(name))} ${publicKey(`host-${name}`)}`)
    writeFileSync(join(keys, 'known_hosts'), known.join('\n') + '\n')
    const addresses = there.map((name) => [
      `WHEELHOUSE_TEST_${name.toUpperCase()}_SSH`,
      `ssh://${operator.name}@${address(memory, hostOf(name))}`,
    ])
    const process = memory.processes[there[0] ?? ''] // as long as the nodes are there, so are their servers
    return {
      ...(process ? { process } : {}),
      variables: { WHEELHOUSE_TEST_SSH: keys, ...Object.fromEntries(addresses) },
    }
  },
  async down() {
    const servers = processes().filter(({ command }) => nodeNames.some((name) => names(command, settingsOf(name))))
    await Promise.all(servers.map((running) => end(running)))
    rmSync(keys, { recursive: true, force: true })
  },
  async answers(memory) {
    const there = nodeNames.filter((name) => memory.variables[name])
    if (there.length === 0 || !existsSync(keys)) return false
    const seen = there.map((name) => scan(address(memory, hostOf(name))))
    return (await Promise.all(seen)).every(Boolean)
  },
}

async function serve(memory: Memory, root: string, name: NodeName): Promise<void> {
  const holder = memory.processes[name]
  if (!isAlive(holder)) throw new Error(`${name} does not run`)
  const authorized = join(runFolder, name, 'authorized_keys')
  writeFileSync(authorized, publicKey('id_ed25519') + '\n')
  const settings = settingsOf(name)
  const lines = {
    ListenAddress: address(memory, hostOf(name)),
    HostKey: join(keys, `host-${name}`),
    AuthorizedKeysFile: authorized,
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    UsePAM: 'no',
    UseDNS: 'no',
    StrictModes: 'no', // the key's file is below /tmp, where all may write
    PidFile: 'none',
    Subsystem: 'sftp internal-sftp',
    SetEnv: `PATH=${await pathOf(name)}`, // a node's own `docker`, for those who go that way
  }
  const text = Object.entries(lines).map(([key, value]) => `${key} ${value}`)
  writeFileSync(settings, text.join('\n') + '\n')
  const { home, uid } = operator
  const prepare = ['install', '-d', '-m', '700', '-o', String(uid), '-g', String(uid), home] as const
  await run(...inNamespace(holder, ...prepare))
  const libraries = globSync('{usr/,}lib/*-linux-gnu*', { cwd: root })
  const program = join(root, 'usr/sbin/sshd')
  const env = { ...environment, LD_LIBRARY_PATH: libraries.map((path) => join(root, path)).join(':') }
  await launch(`sshd-${name}`, ...inNamespace(holder, program, '-D', '-e', '-f', settings), { env })
  for (let tries = 0; !(await scan(address(memory, hostOf(name)))); tries++) {
    if (tries === 20) throw new Error(`sshd of ${name} does not answer; see logs/sshd-${name}.log`)
  }
}

function settingsOf(name: NodeName): string {
  return join(runFolder, name, 'sshd_config')
}

/** The server writes what it does over its own command line, so that the words are not apart any more. */
function names(command: string[], file: string): boolean {
  return command.some((word) => word.includes('sshd') && command.join(' ').includes(file))
}

async function makeKey(name: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `lab ${name}`, '-f', join(keys, name)])
  chmodSync(join(keys, name), 0o600)
}

/** Type and key, without the comment. */
function publicKey(name: string): string {
  return readFileSync(join(keys, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ')
}

/** Asks a server for its key, which it shows before any login. */
function scan(at: string): Promise<boolean> {
  return run('ssh-keyscan', ['-T', '1', '-t', 'ed25519', at]).then(
    (said) => said.includes('ssh-ed25519'),
    () => false,
  )
}
