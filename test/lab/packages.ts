import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { run, which } from './command.ts'

/** Debian's packages, each with the program that shows it is there. */
const wanted: Record<string, () => boolean> = {
  'docker.io': () => which('dockerd') !== undefined,
  'docker-registry': () => which('docker-registry') !== undefined,
  postgresql: () => existsSync('/usr/lib/postgresql'),
  'redis-server': () => which('redis-server') !== undefined,
  chromium: () => which('chromium') !== undefined,
  tmux: () => which('tmux') !== undefined,
  iproute2: () => which('ip') !== undefined,
  openssl: () => which('openssl') !== undefined,
  mkcert: () => which('mkcert') !== undefined,
  debootstrap: () => which('debootstrap') !== undefined,
  'busybox-static': () => existsSync('/usr/share/doc/busybox-static'), // plain busybox needs libraries an image lacks
}

/** Installs what is missing. Returns what could not be installed, with the reason; components report it. */
export async function installPackages(say: (line: string) => void): Promise<string | undefined> {
  const missing = missingPackages()
  if (missing.length === 0) return undefined
  if (process.getuid?.() !== 0) return `${missing.join(', ')} missing, and only root can install packages`
  if (!which('apt-get')) return `${missing.join(', ')} missing, and there is no apt-get here`
  say(`packages   installing ${missing.join(' ')}`)
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
