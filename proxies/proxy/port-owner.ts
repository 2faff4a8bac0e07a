import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isIPv4 } from 'node:net'

export interface PortOwner {
  readonly pid: number | null
  /** As the system shows it (`/proc/<pid>/comm`). */
  readonly name: string | null
}

/**
 * The process that listens on the port at this host, or at every address. Null when nobody listens there or the system does not
 * tell (no `/proc`); `pid` is null when the process belongs to another user.
 */
export function portOwner(host: string, port: number): PortOwner | null {
  const inode = listening(host, port)
  if (inode === null) return null
  const pid = holderOf(inode)
  return { pid, name: pid === null ? null : read(`/proc/${pid}/comm`).trim() || null }
}

/** True while any process listens on the port there. Reads two files of `/proc`, touches no connection. */
export const isListening = (host: string, port: number): boolean => listening(host, port) !== null

/** For a sentence: `nginx (process 4711)`. */
export function nameOwner(owner: PortOwner | null): string {
  if (owner === null) return 'another process'
  if (owner.pid === null) return 'a process of another user'
  return `${owner.name ?? 'a process'} (process ${owner.pid})`
}

/** Inode of the listening socket. */
function listening(host: string, port: number): string | null {
  const wantedPort = port.toString(16).toUpperCase().padStart(4, '0')
  const everywhere = host === '0.0.0.0' || host === '::' || host === ''
  const wantedHost = isIPv4(host) ? hexOf(host) : null
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of read(table).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const [address = '', at] = local.split(':')
      if (state !== '0A' || at !== wantedPort) continue
      // An address of the other family or a name is not compared: a listener on that port is told rather than none.
      const comparable = wantedHost !== null && address.length === 8 && !everywhere
      if (!comparable || address === wantedHost || /^0+$/.test(address)) return inode
    }
  }
  return null
}

/** The kernel prints an IPv4 address as one number in the machine's byte order, which is little-endian wherever Node 26 runs. */
const hexOf = (address: string): string =>
  address
    .split('.')
    .toReversed()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('')

function holderOf(inode: string): number | null {
  const link = `socket:[${inode}]`
  for (const pid of names('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of names(`/proc/${pid}/fd`)) {
      if (linkOf(`/proc/${pid}/fd/${descriptor}`) === link) return Number(pid)
    }
  }
  return null
}

// Processes end while they are looked at, and those of others may not be: both read as nothing.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
