import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { run, which } from './command.ts'

/** Debian's packages, each with the program that shows it is there. */
const wanted: Record<string, () => boolean> = {
  'docker.io': () => which('dockerd') !== undefined,
  'docker-registry': () => which('docker-registry') !== undefined,
  postgresql: () => existsSync('/usr/lib/postgresql'),
  'mariadb-server': () => which('mariadbd') !== undefined,
  'mariadb-client': () => which('mariadb-dump') !== undefined,
  'redis-server': () => which('redis-server') !== undefined,
  chromium: () => which('chromium') !== undefined,
  caddy: () => which('caddy') !== undefined,
  'nginx-light': () => which('nginx') !== undefined,
  tmux: () => which('tmux') !== undefined,
  iptables: () => which('iptables') !== undefined,
  'openssh-client': () => which('ssh-agent') !== undefined,
  iproute2: () => which('ip') !== undefined,
  openssl: () => which('openssl') !== undefined,
  'php-cli': () => which('php') !== undefined,
  'php-mbstring': () => hasPhp('mbstring'),
  'php-xml': () => hasPhp('xml'),
  'php-curl': () => hasPhp('curl'),
  'php-sqlite3': () => hasPhp('pdo_sqlite'),
  'php-mysql': () => hasPhp('pdo_mysql'),
  composer: () => which('composer') !== undefined,
  // Another Python than Debian's brings venv itself, and is found first.
  'python3-venv': () => which('python3') !== undefined && hasVenv(),
  mkcert: () => which('mkcert') !== undefined,
  debootstrap: () => which('debootstrap') !== undefined,
  'busybox-static': () => existsSync('/usr/share/doc/busybox-static'), // plain busybox needs libraries an image lacks
}

/** Debian has a file for each extension that is switched on, of each version. */
function hasPhp(extension: string): boolean {
  const versions = existsSync('/etc/php') ? readdirSync('/etc/php') : []
  return versions.some((version) => existsSync(`/etc/php/${version}/mods-available/${extension}.ini`))
}

function hasVenv(): boolean {
  return spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0
}

/** Installs what is missing. Returns what could not be installed, with the reason; components report it. */
export async function installPackages(say: (line: string) => void): Promise<string | undefined> {
  const missing = missingPackages()
  if (missing.length === 0) return undefined
  if (process.getuid?.() !== 0) return `${missing.join(', ')} missing, and only root can install packages`
  if (!which('apt-get')) return `${missing.join(', ')} missing, and there is no apt-get here`
  say(`packages        installing ${missing.join(' ')}`)
  try {
    await withoutStartingDaemons(async () => {
      const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing]
      // A list that is there and fresh saves a minute; an old one names files the mirror no longer has.
      await run('apt-get', install).catch(async () => {
        await run('apt-get', ['update', '-qq'])
        await run('apt-get', install)
      })
    })
    return undefined
  } catch (error) {
    return `${missingPackages().join(', ')} missing: ${(error as Error).message}`
  }
}

function missingPackages(): string[] {
  return Object.keys(wanted).filter((name) => !wanted[name]?.())
}

/** Debian starts a daemon as it installs it, unless this file says no. */
async function withoutStartingDaemons(install: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await install()
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}
